/** One line of compose's plain progress: " Container exness-redis-1  Started", " DRY-RUN MODE -  Network x  Created". */
export type ProgressLine = { kind: string; name: string; state: string; dryRun: boolean };

const KINDS = 'Container|Network|Volume|Image|Service|Config|Secret';
const LINE = new RegExp(`^\\s*(DRY-RUN MODE -\\s+)?(${KINDS})\\s+("?)(\\S+?)\\3\\s+(\\S.*)$`);
/** Compose 1: "Creating network "x_default" with …", "Recreating x_web_1 ... done". */
const OLD =
  /^(Creating|Recreating|Starting|Stopping|Removing|Pulling|Building)\s+(network\s+|volume\s+)?"?([^\s"]+)"?(?:\s.*?)?(?:\.\.\.\s*(done|error)?.*)?$/;

/** The state of an object from a line of output; undefined for other lines. */
export function parseProgress(line: string): ProgressLine | undefined {
  const [, dry, kind = '', , name = '', state = ''] = LINE.exec(line) ?? [];
  if (name !== '') return { kind, name, state: state.trim(), dryRun: dry !== undefined };
  const [, verb, noun, old, end] = OLD.exec(line.trim()) ?? [];
  if (verb === undefined || old === undefined) return undefined;
  const what = noun?.startsWith('network') ? 'Network' : noun?.startsWith('volume') ? 'Volume' : 'Container';
  return { kind: what, name: old, state: end === undefined ? verb : `${verb} ${end}`, dryRun: false };
}

/** What compose would do to an object. */
export type ChangeKind = 'create' | 'recreate' | 'start' | 'stop' | 'remove' | 'none';
export type ComposeChange = { kind: string; name: string; change: ChangeKind };

/** Later states override earlier ones only if they are stronger: a created container is also started. */
const RANK: readonly ChangeKind[] = ['none', 'stop', 'start', 'create', 'recreate', 'remove'];

const CHANGES: readonly [state: RegExp, change: ChangeKind][] = [
  [/^Recreat/, 'recreate'],
  [/^Creat/, 'create'],
  [/^Start/, 'start'],
  [/^Stopp?/, 'stop'],
  [/^(Remov|Kill)/, 'remove'],
  [/^(Running|Healthy|Waiting|Exists)/, 'none'],
];

/** A recreated container has a temporary name in between: "1507531ec166_exness-api-1". */
const TEMPORARY = /^[0-9a-f]{12}_/;

/** The changes that a dry run announces, one for each object, in the order in which it names them. */
export function changesOf(lines: readonly string[]): readonly ComposeChange[] {
  const found = new Map<string, ComposeChange>();
  for (const line of lines) {
    const progress = parseProgress(line);
    const change = progress && CHANGES.find(([state]) => state.test(progress.state))?.[1];
    if (!progress || !change || TEMPORARY.test(progress.name)) continue;
    const { kind, name } = progress;
    const before = found.get(`${kind} ${name}`);
    if (before && RANK.indexOf(before.change) >= RANK.indexOf(change)) continue;
    found.set(`${kind} ${name}`, { kind, name, change });
  }
  return [...found.values()];
}
