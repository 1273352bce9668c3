import * as v from 'valibot';
import { described, text } from './kinds.ts';

/** Commands of this machine on keys of tables, in the form of k9s's `plugins.yaml`. */

const Input = v.strictObject({
  name: described('Its name: `$INPUT_NAME` in the arguments.', v.pipe(text, v.regex(/^\w+$/, 'is one word'))),
  label: v.optional(described('What it is asked for by.', text)),
  type: described('What it takes.', v.picklist(['string', 'number', 'bool', 'dropdown'])),
  required: v.optional(described('It cannot be left empty.', v.boolean()), false),
  default: v.optional(described('Its value to begin with.', v.union([v.string(), v.number(), v.boolean()]))),
  options: v.optional(described('What a dropdown offers.', v.array(text)), []),
});

const PluginFields = v.strictObject({
  shortCut: described('The key, such as `Shift-L` or `Ctrl-T`.', text),
  description: described('One line for menu and help.', text),
  scopes: described('Tables that have it, such as `containers`; `all` for every table.', v.array(text)),
  command: described('The program; it is never run through a shell.', text),
  args: v.optional(
    described(
      'Its arguments. `$NAME` `$CONTEXT` `$PROJECT` `$SERVICE` `$CONTAINER` `$ID` `$FILTER` `$HOST` `$COL-X` (column X) `$INPUT_X` are of the row.',
      v.array(v.union([v.string(), v.pipe(v.number(), v.transform(String))])),
    ),
    [],
  ),
  confirm: v.optional(described('Asks before it runs; default: when it has inputs.', v.boolean())),
  dangerous: v.optional(described('Danger 3: the name of the row must be typed.', v.boolean()), false),
  background: v.optional(described('Runs beside the console, without the terminal.', v.boolean()), false),
  override: v.optional(described('Takes the key away from what has it.', v.boolean())),
  overwriteOutput: v.optional(described('Accepted from files of k9s.', v.boolean())),
  inputs: v.optional(described('What is asked for before it runs.', v.pipe(v.array(Input), v.maxLength(5))), []),
});

type Fields = v.InferOutput<typeof PluginFields>;

const Plugin = v.pipe(
  PluginFields,
  v.check(
    (plugin) => problemOf(plugin) === undefined,
    ({ input }) => problemOf(input as Fields) ?? '',
  ),
);

export const Plugins = v.record(
  v.pipe(v.string(), v.regex(/^[\w.-]+$/, 'is made of letters, digits, - and _')),
  Plugin,
);

export type Plugin = v.InferOutput<typeof Plugin>;
export type PluginInput = Plugin['inputs'][number];

/** `$NAME`, `$COL-STATE`, `${COL-CPU 5M}`; `!` negates true and false. */
export const VARIABLE = /\$(!?)([A-Za-z_][\w-]*)|\$\{(!?)([A-Za-z_][\w%/: -]*)\}/g;

/** The variables of a row that have a fixed name. */
const ROW = ['NAME', 'CONTEXT', 'PROJECT', 'NAMESPACE', 'SERVICE', 'CONTAINER', 'ID', 'FILTER', 'HOST', 'TABLE'];

/** Whether a word names a variable of the row or an input. */
export function isVariable(name: string, inputs: readonly Pick<PluginInput, 'name'>[]): boolean {
  const wanted = name.toUpperCase();
  return (
    ROW.includes(wanted) ||
    wanted.startsWith('COL-') ||
    inputs.some((input) => wanted === `INPUT_${input.name.toUpperCase()}`)
  );
}

/** The position of a script for a shell (`bash -c 'SCRIPT'`) among the words of a command; -1 where there is none. */
export function scriptAt(words: readonly string[]): number {
  const flag = words.findIndex((word, index) => index > 0 && /^-\w*c$/.test(word));
  const shell = words.slice(0, Math.max(0, flag)).some((word) => /(^|\/)(ba|a|da|k|z)?sh$/.test(word));
  return shell && flag + 1 < words.length ? flag + 1 : -1;
}

/** Blanks and signs that mean something to a shell or interpreter. */
const CODE = /[\s;|&<>()`"'\\]/;

/** Why a plugin could run what a row or an input says, or cannot run at all. */
function problemOf({ command, args, inputs }: Fields): string | undefined {
  const words = [command, ...args];
  const script = scriptAt(words);
  for (const [index, word] of words.entries()) {
    if (index === script) continue;
    const found = [...word.matchAll(VARIABLE)];
    const unknown = found.map(([, , short, , long]) => short ?? long ?? '').find((name) => !isVariable(name, inputs));
    if (unknown !== undefined)
      return `$${unknown} is no variable: there are ${ROW.map((one) => `$${one}`).join(' ')} $COL-X $INPUT_X`;
    if (index === 0 && found.length > 0) return 'the command itself must not be a variable';
    if (found.length > 0 && CODE.test(word.replace(VARIABLE, '')))
      return `"${word}" has a variable inside of what looks like code: pass it as an argument of its own`;
  }
  return inputs.map(inputProblem).find((one) => one !== undefined) ?? twice(inputs);
}

function inputProblem({ name, type, options, default: given }: PluginInput): string | undefined {
  if (type === 'dropdown' && options.length === 0) return `input ${name}: a dropdown needs options`;
  if (given === undefined) return undefined;
  if (type === 'dropdown' && !options.includes(String(given)))
    return `input ${name}: its default "${given}" is not one of its options`;
  if (type === 'bool' && !/^(true|false)$/.test(String(given)))
    return `input ${name}: its default must be true or false`;
  if (type === 'number' && !Number.isFinite(Number(given))) return `input ${name}: its default must be a number`;
  return undefined;
}

function twice(inputs: readonly PluginInput[]): string | undefined {
  const names = inputs.map(({ name }) => name.toUpperCase());
  const again = names.find((name, index) => names.indexOf(name) < index);
  return again === undefined ? undefined : `there are two inputs ${again}`;
}
