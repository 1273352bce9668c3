/** One screen to keep: what is typed, step by step, until it shows. Each step is one write to the terminal and takes a second. */
export type View = {
  /** Also the name of its file. */
  name: string;
  steps: readonly string[];
};

/**
 * Views that one program shows one after another. Each begins on the first screen and at a moment of its own, so that a view
 * whose steps change leaves the screens of the others alone; a new one comes last, before those that change the desk.
 */
export type Walk = {
  /** Flags of `deskhand demo`. */
  flags: readonly string[];
  /** The first screen: no other on top of it, no filter, every pane there. */
  home: RegExp;
  views: readonly View[];
};

const ENTER = '\r';
const TAB = '\t';
/** A key that changes nothing: it lets a second go by. */
export const WAIT = 'g';
export const ESC = '\u001b';
/** Longer than the console watches what it has restarted. */
const WATCHED = Array.from({ length: 15 }, () => WAIT);
const CTRL_A = '\u0001';
const NANOARB = ['/docker/nanoarb', ENTER];

const DESK = /┌ Services\(all\)\[\d+\] ─[\s\S]*┌ (?:Health|Logs|Pulse)[\s\S]*\n {2}desk +<[^\n]*$/;

const ORDINARY: Walk = {
  flags: ['--socket', 'docker.sock'],
  home: DESK,
  views: [
    { name: 'desk', steps: [] },
    { name: 'prompt', steps: [':', 'r', 'e'] },
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
    { name: 'logs', steps: [...NANOARB, 'l'] },
    { name: 'metrics', steps: [...NANOARB, 'm'] },
    { name: 'help', steps: ['?'] },
    { name: 'commands', steps: [CTRL_A] },
    { name: 'describe', steps: [...NANOARB, 'd'] },
    { name: 'yaml', steps: [...NANOARB, 'y'] },
    { name: 'xray', steps: [':xray', ENTER] },
    { name: 'row-menu', steps: ['/exness/redis', ENTER, 'x'] },
    { name: 'plan-restart', steps: ['/exness/redis', ENTER, 'r'] },
    { name: 'plan-prune', steps: [':prune images', ENTER] },
    { name: 'audit', steps: ['/exness/docs', ENTER, 'r', TAB, ENTER, ...WATCHED, ':audit', ENTER] },
  ],
};

const INCIDENT: Walk = {
  flags: ['--socket', 'docker.sock', '--incident', 'redis-oom'],
  home: DESK,
  views: [
    { name: 'desk-incident', steps: ['j'] },
    { name: 'events', steps: [':events', ENTER] },
    { name: 'health', steps: [':health exness/redis', ENTER] },
    { name: 'pulse', steps: [':pulse', ENTER] },
  ],
};

const FLEET: Walk = {
  flags: ['--hosts', '9', '--incident', 'redis-oom', '--faults', 'slow=1,hang=1,gone=1,refuse=1'],
  home: /┌ Fleet\(all\)\[\d+\] ─[\s\S]*\n {2}desk [^\n]*$/,
  views: [
    { name: 'fleet', steps: [] },
    { name: 'fleet-describe', steps: ['d'] },
    { name: 'fleet-causes', steps: [':causes', ENTER] },
    { name: 'fleet-services', steps: [':services', ENTER] },
    { name: 'fleet-parity', steps: [':parity', ENTER] },
    { name: 'fleet-lost', steps: [ENTER] },
  ],
};

export const WALKS: readonly Walk[] = [ORDINARY, INCIDENT, FLEET];

export const VIEWS: readonly View[] = WALKS.flatMap(({ views }) => views);

/** Columns and rows: the smallest that is supported, the classic one, a laptop, and windows on a desk. */
export const SIZES = [
  [60, 15],
  [80, 24],
  [100, 30],
  [120, 40],
  [160, 50],
  [220, 60],
] as const;
