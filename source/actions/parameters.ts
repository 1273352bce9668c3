import * as v from 'valibot';

/**
 * The parameters of an action, read from its one schema: words after the target fill them in their order, `--name` gives one by
 * its name. Console commands, prompts and `deskhand run` all come through here.
 */

/** A schema of parameters: an object whose entries take text, a flag, or all remaining words. */
export type ParameterSchema<Parameters> = v.GenericSchema<unknown, Parameters> & {
  entries: Readonly<Record<string, v.GenericSchema>>;
};

/** The parts of an action used here. */
type Parameterized = { name: string; parameters?: ParameterSchema<unknown> };

/** One parameter, for help, prompt and command line. */
export type Parameter = {
  name: string;
  /** `text`: a word or `--name VALUE`; `flag`: `--name`; `rest`: every word that is left. */
  kind: 'text' | 'flag' | 'rest';
  required: boolean;
  help: string;
};

/** Parameters by name, as typed. */
export type Given = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** The parameters of an action, in the order in which words fill them. */
export function parametersOf({ parameters }: Pick<Parameterized, 'parameters'>): Parameter[] {
  return Object.entries(parameters?.entries ?? {}).map(([name, entry]) => {
    const inner = entry.type === 'optional' && 'wrapped' in entry ? (entry.wrapped as v.GenericSchema) : entry;
    const kinds: Readonly<Record<string, Parameter['kind']>> = { boolean: 'flag', array: 'rest' };
    return {
      name,
      kind: kinds[inner.type] ?? 'text',
      required: inner === entry,
      help: v.getDescription(inner) ?? '',
    };
  });
}

/** "REPLICAS" or "[--signal SIGNAL]": what follows the target in a line of help. */
export function usage(action: Pick<Parameterized, 'parameters'>): string {
  return parametersOf(action).map(usageOf).join(' ');
}

function usageOf({ name, kind, required }: Parameter): string {
  const word = name.toUpperCase();
  if (kind === 'flag') return `[--${name}]`;
  if (kind === 'rest') return `${word} …`;
  return required ? word : `[--${name} ${word}]`;
}

/** The parameters for which the prompt asks. */
export function askedFor(action: Pick<Parameterized, 'parameters'>): Parameter[] {
  return parametersOf(action).filter(({ required }) => required);
}

/** Parses words into parameters, including `--name VALUE`, `--name=VALUE` and `--name`; an error message if invalid. */
export function readWords(
  action: Parameterized,
  words: readonly string[],
  given: Given = {},
): { parameters: unknown } | { error: string } {
  const known = parametersOf(action);
  const values: Record<string, Given[string]> = { ...given };
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const rest = known.find(({ kind }) => kind === 'rest');
    // Where the rest is a command, what may be left out is given by its name only, and before the command.
    const fills = ({ kind, required }: Parameter) => kind === 'text' && (rest === undefined || required);
    const open = known.find((one) => fills(one) && values[one.name] === undefined);
    const isOption = known.some(({ name, kind }) => kind !== 'rest' && word?.split('=')[0] === `--${name}`);
    if (word.startsWith('--') && (rest === undefined || isOption)) {
      const [name = '', value] = word.slice(2).split(/=(.*)/s, 2);
      const parameter = known.find((one) => one.name === name);
      if (parameter === undefined) return { error: `${action.name} has no option --${name}. ${usageText(action)}` };
      values[name] = parameter.kind === 'flag' ? true : (value ?? left.shift());
    } else if (open !== undefined) values[open.name] = word;
    else if (rest !== undefined) values[rest.name] = [word, ...left.splice(0)];
    else return { error: `Unexpected argument "${word}". ${usageText(action)}` };
  }
  return check(action, values);
}

function check(
  action: Parameterized,
  values: Record<string, Given[string]>,
): { parameters: unknown } | { error: string } {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const unknown = Object.keys(given).find((name) => !(name in (action.parameters?.entries ?? {})));
  if (unknown !== undefined) return { error: `${action.name} has no option --${unknown}. ${usageText(action)}` };
  if (action.parameters === undefined) return { parameters: {} };
  const missing = askedFor(action).find(({ name }) => given[name] === undefined);
  if (missing !== undefined) {
    return { error: `${action.name} needs ${missing.name.toUpperCase()}: ${missing.help}. ${usageText(action)}` };
  }
  const result = v.safeParse(action.parameters, given);
  if (result.success) return { parameters: result.output };
  const [issue] = result.issues;
  const name = String(issue.path?.[0]?.key ?? '');
  return { error: `${name} ${issue.message}, not "${String(given[name])}". ${usageText(action)}` };
}

function usageText(action: Parameterized): string {
  return `Usage: ${`${action.name} NAME ${usage(action)}`.trim()}.`;
}
