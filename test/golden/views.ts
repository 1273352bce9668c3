/** One screen to keep: what is typed, step by step, until it shows. Each step is one write to the terminal. */
export type View = {
  /** Also the name of its file. */
  name: string;
  steps: readonly string[];
  /** Of the simulated engine; none when left out. */
  incident?: string;
  /** Other sizes than the usual ones. */
  sizes?: readonly (readonly [columns: number, rows: number])[];
};

const ENTER = '\r';
const TAB = '\t';
/** A key that changes nothing: it lets a second go by. */
const WAIT = 'g';
/** Longer than the console watches what it has restarted. */
const WATCHED = Array.from({ length: 15 }, () => WAIT);
const CTRL_A = '\u0001';
const NANOARB = ['/docker/nanoarb', ENTER];

/** A laptop, and what has room for more: where the desk changes its layout. */
const LARGE = [
  [100, 30],
  [160, 50],
  [220, 60],
] as const;

export const VIEWS: readonly View[] = [
  { name: 'desk', steps: [] },
  { name: 'desk-incident', steps: ['j'], incident: 'redis-oom' },
  { name: 'desk-metrics', steps: NANOARB },
  { name: 'services', steps: ['f'] },
  { name: 'services-filtered', steps: ['f', '/exness', ENTER] },
  { name: 'containers', steps: [':containers', ENTER, WAIT, WAIT, WAIT] },
  { name: 'jobs', steps: [':jobs', ENTER] },
  { name: 'projects', steps: [':projects', ENTER] },
  { name: 'images', steps: [':images', ENTER] },
  { name: 'volumes', steps: [':volumes', ENTER] },
  { name: 'networks', steps: [':networks', ENTER] },
  { name: 'disk', steps: [':disk', ENTER] },
  { name: 'events', steps: [':events', ENTER], incident: 'redis-oom' },
  { name: 'logs', steps: [...NANOARB, 'l'] },
  { name: 'metrics', steps: [...NANOARB, 'm'] },
  { name: 'health', steps: [':health exness/redis', ENTER], incident: 'redis-oom' },
  { name: 'help', steps: ['?'] },
  { name: 'commands', steps: [CTRL_A] },
  { name: 'describe', steps: [...NANOARB, 'd'] },
  { name: 'yaml', steps: [...NANOARB, 'y'] },
  { name: 'xray', steps: [':xray', ENTER] },
  { name: 'plan-restart', steps: ['/exness/redis', ENTER, 'r'] },
  { name: 'plan-prune', steps: [':prune images', ENTER] },
  { name: 'audit', steps: ['/exness/docs', ENTER, 'r', TAB, ENTER, ...WATCHED, ':audit', ENTER] },
  { name: 'pulse', steps: [':pulse', ENTER], incident: 'redis-oom' },
  { name: 'row-menu', steps: ['/exness/redis', ENTER, 'x'] },
  { name: 'desk-large', steps: ['j'], incident: 'redis-oom', sizes: LARGE },
  { name: 'prompt', steps: [':', 'r', 'e'] },
];

/** Columns and rows: the smallest that is supported, the classic one, and a window on a desk. */
const SIZES = [
  [60, 15],
  [80, 24],
  [120, 40],
] as const;

export function sizesOf({ sizes = SIZES }: View): readonly (readonly [columns: number, rows: number])[] {
  return sizes;
}
