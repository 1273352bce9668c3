import type { ContainerFacts } from '../engine/facts.ts';
import { errorWithAdvice } from '../lib/error.ts';
import { duration } from '../lib/format.ts';
import { maskCommand } from '../lib/secrets.ts';
import type { Action, Danger, PlanInput } from './action.ts';

import { containersOf, planObject, refuse, targetName } from './targets.ts';

/**
 * A shell, an attachment or a command of one's own in a container, as actions: guarded and recorded like the others. Their content is up to
 * the operator: the console provides the session, and the log records who, when, how long and how it ended.
 */
export type SessionAction<Parameters> = Pick<
  Action<Parameters>,
  'name' | 'aliases' | 'title' | 'help' | 'key' | 'parameters' | 'session'
> & {
  danger: Danger;
  /** The danger of a specific session, and why it is higher than usual. */
  judge?: (parameters: Parameters, container: ContainerFacts) => { danger: Danger; warning: string } | undefined;
  /** The command that it runs; empty: none of the operator's. */
  command: (parameters: Parameters) => readonly string[];
  note: (container: ContainerFacts) => string;
  warnings: readonly string[];
};

export const UNRECORDED = 'The audit log records who, when and how long, not what is typed.';

/** A session in exactly one running container. */
export function session<Parameters>(kind: SessionAction<Parameters>): Action<Parameters> {
  const { command: _command, note: _note, warnings: _warnings, judge: _judge, ...shown } = kind;
  return {
    ...shown,
    on: ['container', 'service'],
    plan: (input) => planSession(kind, input),
    async run({ objects: [object] }, context) {
      if (object === undefined) return [];
      const begun = context.now();
      const run = context.talk ?? (async () => ({ begun: false, ok: false, text: 'it needs the console' }));
      const end = await run(object, context).catch((error: unknown) => ({
        begun: false,
        ok: false,
        text: errorWithAdvice(error),
      }));
      const step = { object: object.name, call: kind.name, ok: end.begun, ms: context.now() - begun };
      return [end.ok ? { ...step, result: end.text } : { ...step, error: end.text }];
    },
    verify: async (_plan, context, [step]) => ({
      ok: step?.error === undefined,
      text: `${step?.error ?? step?.result ?? ''} (${duration(context.now() - context.begun)})`,
    }),
  };
}

function planSession<Parameters>(
  kind: SessionAction<Parameters>,
  { state, desk, target, settings, parameters }: PlanInput<Parameters>,
): ReturnType<Action['plan']> {
  const name = targetName(state, desk, target);
  const [only, ...more] = containersOf(state, desk, target);
  if (only === undefined) return refuse(kind.name, name, 'it has no containers', 'create one first');
  if (more.length > 0) {
    const names = [only, ...more].map((one) => one.name).join(', ');
    return refuse(kind.name, name, `it has ${more.length + 1} containers`, `choose one of ${names}`);
  }
  if (only.state !== 'running')
    return refuse(kind.name, name, `${only.name} is ${only.state}`, REMEDIES[only.state] ?? START);
  const judged = kind.judge?.(parameters, only);
  const words = shownCommand(kind.command(parameters));
  return {
    action: kind.name,
    title: `${kind.title} ${only.name}${words === '' ? '' : `: ${words}`}`,
    danger: judged?.danger ?? kind.danger,
    target,
    name,
    objects: [planObject(only, desk, kind.note(only), settings)],
    warnings: judged === undefined ? kind.warnings : [judged.warning, ...kind.warnings],
    options: words === '' ? undefined : { command: words },
  };
}

const START = 'start it first';
const REMEDIES: Partial<Record<ContainerFacts['state'], string>> = {
  paused: 'unpause it first',
  restarting: 'wait until it runs; its logs (l) say why it does not',
};

/** The user that a program in the container is run as. */
export function asUser(container: ContainerFacts): string {
  return container.detail?.user ? `as ${container.detail.user}` : '';
}

/** A command for the eye: secrets masked, words quoted as a shell would have to be given them. */
export function shownCommand(words: readonly string[]): string {
  return maskCommand(words).map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
