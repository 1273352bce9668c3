import type { PruneWhat } from '../../actions/prune-select.ts';
import { ACTIONS, type ActionArguments } from '../../actions/registry.ts';

/** The flags of `deskhand run`. */
export type RunFlags = {
  /** Do it; without, the plan is printed and nothing is done. */
  yes?: boolean;
  /** Print the plan, even with --yes. */
  dryRun?: boolean;
  /** The name to be typed for danger 3 and 4. */
  confirm?: string;
  /** For the audit log. */
  reason?: string;
  json?: boolean;
  /** prune images: all unused ones, not only the dangling. */
  all?: boolean;
  /** prune: also exited jobs and images kept for rolling back. */
  kept?: boolean;
  /** kill: another signal than SIGKILL. */
  signal?: string;
};

export type RunRequest = {
  action: string;
  /** What the operator called it; undefined for prune, which is about the engine. */
  target?: string;
  args: ActionArguments;
};

const KNOWN: readonly string[] = [...Object.keys(ACTIONS), 'scale', 'prune', 'remove-volume'];

/** Words after `deskhand run` that are understood otherwise than as ACTION TARGET. */
const ALIASES: Readonly<Record<string, string>> = { rm: 'remove', rolling: 'rolling-restart' };
const PRUNABLE: Readonly<Record<string, PruneWhat>> = {
  images: 'images',
  containers: 'containers',
  networks: 'networks',
  'build-cache': 'build-cache',
  cache: 'build-cache',
  volumes: 'volumes',
  system: 'system',
};

/** What is wanted, from the words after `run`; a sentence when they make no sense. */
export function parseRun(words: readonly string[], flags: RunFlags): RunRequest | string {
  const [word = '', first, ...rest] = words;
  if (word === '') return 'What shall be run? For example: deskhand run restart exness/redis';
  const action = ALIASES[word] ?? word;
  if (!KNOWN.includes(action)) return `There is no action "${word}". There are: ${KNOWN.join(', ')}.`;
  if (first === undefined) return `What shall ${action} act on? For example: deskhand run ${action} exness/redis`;
  if (action === 'scale') return parseScale(first, rest);
  if (rest.length > 0) return `One target at a time: "${rest.join(' ')}" is too much.`;
  if (action === 'prune') {
    const what = PRUNABLE[first];
    if (what === undefined) return `"${first}" cannot be pruned. There are: ${Object.keys(PRUNABLE).join(', ')}.`;
    return { action, args: { what: what === 'images' && flags.all ? 'all-images' : what, includeKept: flags.kept } };
  }
  if (action === 'remove-volume') return { action, args: { volume: first } };
  if (flags.signal !== undefined && action !== 'kill') return `--signal is for kill, not for ${action}.`;
  return { action, target: first, args: { signal: signalName(flags.signal) } };
}

function parseScale(target: string, [count, ...more]: readonly string[]): RunRequest | string {
  if (count === undefined || more.length > 0 || !/^\d+$/.test(count)) {
    return 'Scale takes a service and a number: deskhand run scale trading/worker 3';
  }
  return { action: 'scale', target, args: { wanted: Number(count) } };
}

/** hup, HUP and SIGHUP are the same; numbers stay. */
function signalName(given: string | undefined): string | undefined {
  if (given === undefined || /^\d+$/.test(given)) return given;
  const name = given.toUpperCase();
  return name.startsWith('SIG') ? name : `SIG${name}`;
}
