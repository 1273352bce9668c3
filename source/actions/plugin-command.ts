import { isVariable, type Plugin, scriptAt, VARIABLE } from '../settings/plugins.ts';

/** The command of a plugin for one row. Pure: what a row says is never read as code. */

/** A program of this machine with its argument vector, and additions to its environment. */
export type HereCall = { command: readonly string[]; env: Readonly<Record<string, string>> };

/** Variables by their name in capitals. */
export type PluginValues = Readonly<Record<string, string>>;

/**
 * Programs that hand their arguments to a shell, or read them as code: to them only plain words are given. By the name of the program,
 * wherever it stands in the command, as it may be behind sudo or env.
 */
const READ_CODE =
  /^(ssh|mosh|autossh|su|runuser|watch|tmux|screen|script|parallel|xargs|at|batch|eval|expect|python[\d.]*|perl|ruby|node|php|awk|gawk|lua|osascript|psql|mysql|redis-cli|mongosh?)$/;

const PLAIN = /^[\w@%+=:,./-]*$/;

/** The argument vector with the values of a row; or why it cannot be made. */
export function pluginCommand(
  { command, args, inputs }: Pick<Plugin, 'command' | 'args' | 'inputs'>,
  values: PluginValues,
): HereCall | { refused: string } {
  const words = [command, ...args];
  const script = scriptAt(words);
  const readsCode = words.some((word) => READ_CODE.test(word.split('/').at(-1) ?? ''));
  const filled: string[] = [];
  for (const [index, word] of words.entries()) {
    // A script gets the values by its environment: a shell expands variables after it has read its code.
    const made = index === script ? asScript(word, inputs, values) : substituted(word, values, readsCode);
    if (typeof made !== 'string') return made;
    filled.push(made);
  }
  const env =
    script < 0 ? {} : Object.fromEntries(Object.entries(values).map(([name, value]) => [shellName(name), value]));
  return { command: filled, env };
}

function substituted(word: string, values: PluginValues, readsCode: boolean): string | { refused: string } {
  let refused: string | undefined;
  const text = word.replace(
    VARIABLE,
    (_whole, not: string | undefined, short: string, notLong: string, long: string) => {
      const name = (short ?? long).toUpperCase();
      const value = values[name];
      if (value === undefined) refused ??= `there is no $${name} here`;
      if (readsCode && !PLAIN.test(value ?? ''))
        refused ??= `$${name} is "${value}", and the command would read that as code`;
      return negated(value ?? '', Boolean(not || notLong));
    },
  );
  if (text.startsWith('-') && !word.startsWith('-')) refused ??= `"${text}" would be read as an option`;
  return refused === undefined ? text : { refused };
}

function negated(value: string, not: boolean): string {
  if (!not) return value;
  return value === 'true' ? 'false' : value === 'false' ? 'true' : value;
}

/** Words of a script that make a shell read its variables as code. */
const NESTED = /^(ba|a|da|k|z)?sh$/;

/** The script with the names of variables as a shell has them: `$COL-STATE` becomes `${COL_STATE}`. The values are not in it. */
function asScript(script: string, inputs: Plugin['inputs'], values: PluginValues): string | { refused: string } {
  const nested = script.split(/[^\w.-]+/).some((word) => READ_CODE.test(word) || NESTED.test(word));
  let refused: string | undefined;
  const text = script.replace(
    VARIABLE,
    (whole, _not, short: string | undefined, _notLong, long: string | undefined) => {
      const named = (short ?? long ?? '').toUpperCase();
      // `$NAME-x` is the variable NAME to a shell; only columns have a dash.
      const name = named.startsWith('COL-') ? named : (named.split('-')[0] ?? '');
      if (!isVariable(name, inputs)) return whole;
      if (nested && !PLAIN.test(values[name] ?? ''))
        refused ??= `$${name} is "${values[name]}", and a command of the script would read that as code`;
      return name.startsWith('COL-') ? `\${${shellName(name)}}` : whole;
    },
  );
  return refused === undefined ? text : { refused };
}

const shellName = (name: string) => name.replace(/\W+/g, '_');
