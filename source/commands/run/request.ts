import { actionNamed, actions } from '../../actions/list.ts';
import { type Given, type Parameter, parametersOf, readWords } from '../../actions/parameters.ts';
import type { OnceRequest } from '../../runtime/run-once.ts';

/** The flags of `deskhand run`, without those of its actions. */
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
};

export type RunRequest = OnceRequest;

/** The actions that work without the console. */
const runnable = actions.filter(({ session }) => session === undefined);

/** Their names. */
export const runnableNames: readonly string[] = runnable.map(({ name }) => name);

/** The request, from the words after `run` and the flags of the actions; an error message if invalid. */
export function parseRun(words: readonly string[], given: Given = {}): RunRequest | string {
  const [word, target, ...rest] = words;
  const names = runnableNames.join(', ');
  if (word === undefined) return `Missing action. Usage: deskhand run ACTION NAME; actions: ${names}.`;
  const action = actionNamed(word);
  if (action === undefined) return `There is no action "${word}". Actions: ${names}.`;
  if (action.session !== undefined) return `${action.name} needs the console: start deskhand and use :${action.name}.`;
  if (target === undefined) return `Missing target for ${action.name}. Usage: deskhand run ${action.name} NAME.`;
  const read = readWords(action, rest, given);
  return 'error' in read ? read.error : { action, target, parameters: read.parameters };
}

/** The parameters of all actions, as flags of `deskhand run`. */
export const actionFlags: readonly (Parameter & { action: string })[] = runnable.flatMap((action) =>
  parametersOf(action)
    .filter(({ kind }) => kind !== 'rest')
    .map((parameter) => ({ ...parameter, action: action.name })),
);

/** One line of help for each parameter that can be left out; those that several actions share are one. */
export function actionFlagsHelp(): string[] {
  const lines = new Map<string, { flag: string; help: string; actions: string[] }>();
  for (const { name, kind, help, action, required } of actionFlags) {
    if (required) continue;
    const flag = kind === 'flag' ? `--${name}` : `--${name} ${name.toUpperCase()}`;
    const line = lines.get(`${flag} ${help}`) ?? { flag, help, actions: [] };
    line.actions.push(action);
    lines.set(`${flag} ${help}`, line);
  }
  return [...lines.values()].map(
    ({ flag, help, actions: names }) => `        ${flag.padEnd(18)}${names.join(', ')}: ${help}`,
  );
}
