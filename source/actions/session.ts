import type { ContainerFacts } from '../engine/facts.ts';
import type { Action, PlanObject, RunContext } from './action.ts';
import { seconds, sentence } from './call.ts';
import { containersOf, planObject, refuse, targetName } from './targets.ts';

/**
 * A shell, an attachment or a command of one's own in a container, as actions: guarded and recorded like the others. What goes
 * on in them is the operator's: `talk` lets it happen, and the log holds who, when, how long and how it ended.
 */

export type SessionKind = 'shell' | 'attach' | 'exec';

/** `begun`: there was something to end; `ok`: it ended well. `text` says how, such as "exit code 0". */
export type Talked = { begun: boolean; ok: boolean; text: string };

/** What goes on between begin and end; ends when it is over, or soon after the signal. */
export type SessionRunner = (object: PlanObject, context: RunContext) => Promise<Talked>;

const TITLES: Readonly<Record<SessionKind, string>> = { shell: 'Shell in', attach: 'Attach to', exec: 'Run in' };

export const UNRECORDED = 'The audit log records who, when and how long, not what is typed.';

export function isSession(name: string): name is SessionKind {
  return name in TITLES;
}

/** The session as an action; `command` is what exec runs. Without `talk` it can be planned, but not run. */
export function session(kind: SessionKind, command: readonly string[] = [], talk: SessionRunner = unable): Action {
  let talked: Talked | undefined;
  return {
    name: kind,
    title: TITLES[kind],
    danger: 1,
    plan(state, desk, target, settings = {}) {
      const name = targetName(state, desk, target);
      const [only, ...more] = containersOf(state, desk, target);
      if (only === undefined) return refuse(kind, name, 'there is no container of it', 'create it first');
      if (more.length > 0) {
        const names = [only, ...more].map((one) => one.name).join(', ');
        return refuse(kind, name, `it has ${more.length + 1} containers`, `choose one of ${names} (enter shows them)`);
      }
      if (only.state !== 'running')
        return refuse(kind, name, `${only.name} is ${only.state}`, REMEDIES[only.state] ?? START);
      const words = command.map(quoted).join(' ');
      return {
        action: kind,
        title: `${TITLES[kind]} ${only.name}${words === '' ? '' : `: ${words}`}`,
        danger: 1,
        target,
        name,
        objects: [planObject(only, desk, noteOf(kind, only), settings)],
        warnings: kind === 'exec' ? [] : [UNRECORDED],
        options: words === '' ? undefined : { command: words },
      };
    },
    async run({ objects: [object] }, context) {
      if (object === undefined) return [];
      const begun = context.now();
      talked = await talk(object, context).catch((error: unknown) => ({
        begun: false,
        ok: false,
        text: sentence(error),
      }));
      const { ok, text } = talked;
      const step = { object: object.name, call: kind, ok: talked.begun, ms: context.now() - begun };
      return [ok ? step : { ...step, error: text }];
    },
    verify: async (_plan, context) => {
      const { ok = false, text = '' } = talked ?? {};
      return { ok, text: `${text} (${seconds(context.now() - context.begun)})` };
    },
  };
}

const START = 'start it first';
const REMEDIES: Partial<Record<ContainerFacts['state'], string>> = {
  paused: 'unpause it first',
  restarting: 'wait until it runs; its logs (l) say why it does not',
};

function noteOf(kind: SessionKind, container: ContainerFacts): string {
  if (kind !== 'attach') return container.detail?.user ? `as ${container.detail.user}` : '';
  return container.detail?.tty ? 'ctrl-p ctrl-q detaches; all other keys go to its program' : 'ctrl-c detaches';
}

/** For the eye, as a shell would have to be given it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function unable(): Promise<Talked> {
  return { begun: false, ok: false, text: 'it needs the console' };
}
