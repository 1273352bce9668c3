import { byteCount } from '../lib/format.ts';
import { suggestionFor } from '../lib/suggestion.ts';
import { GENERAL_FLAGS, GENERAL_OPTIONS } from './help-options.ts';
import type { CommandName, Helps } from './helps.ts';

/** How the help of the commands reads, and whether a command line makes sense. Pure. */

/** Exit statuses that every command shares (sysexits.h); 0 to 3 are the commands' own. */
export const EXIT = { usage: 64, internal: 70, settings: 78 } as const;

const STATUSES = 'Exit status of every command: 64 for an invalid command line, 78 for invalid settings.';

function isCommand(helps: Helps, name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(helps, name);
}

/** The help of one command, or of all of them. */
function helpText(helps: Helps, name?: CommandName): string {
  if (name !== undefined && name !== 'console') {
    const { usage, summary, options, examples } = helps[name];
    const own = options.length === 0 ? [] : ['', '  Options', ...options];
    return lines([
      '',
      '  Usage',
      `    $ ${usage}`,
      '',
      `  ${summary}`,
      ...own,
      '',
      '  Examples',
      ...examples.flatMap(([line, about]) => [`    $ ${line}`, `        ${about}`]),
      '',
      '  General options',
      ...GENERAL_OPTIONS,
      '',
      `  ${STATUSES}`,
    ]);
  }
  const all = Object.entries(helps);
  const wide = Math.max(...all.map(([, { usage }]) => usage.length)) + 2;
  return lines([
    '',
    '  Usage',
    ...all.map(([, { usage, summary }]) => `    $ ${usage.padEnd(wide)}${summary}`),
    '',
    '  Options',
    ...GENERAL_OPTIONS,
    ...all.flatMap(([command, { options }]) =>
      options.length === 0 ? [] : ['', `  Options of ${command}`, ...options],
    ),
    '',
    `  ${STATUSES}`,
    '  Inside: ? shows the keys, ctrl-a the commands.',
  ]);
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/**
 * Help or version, if requested anywhere on the command line, or `help` as its first word: the text, or undefined. Words after
 * `--` are arguments.
 */
export function helpAsked(argv: readonly string[], helps: Helps, version: string): string | undefined {
  const end = argv.indexOf('--');
  const given = end < 0 ? argv : argv.slice(0, end);
  if (given[0] === 'help' || given.some((word) => word === '--help' || word === '-h')) {
    const name = given.find((word) => isCommand(helps, word));
    return helpText(helps, isCommand(helps, name) ? name : undefined);
  }
  return given.includes('--version') ? `${version}\n` : undefined;
}

/** Why a command line is invalid; undefined if it is valid. `flags`: those given, in camel case. */
export function usageTrouble(
  helps: Helps,
  words: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): string | undefined {
  const [name = 'console', ...more] = words;
  if (!isCommand(helps, name)) {
    return `There is no command "${name}".${suggestionFor(name, Object.keys(helps))} "deskhand --help" lists them.`;
  }
  const command = helps[name];
  if (more.length > command.words)
    return `deskhand ${name} does not accept "${more[command.words] ?? ''}". "deskhand ${name} --help" shows its arguments.`;
  const known = [...GENERAL_FLAGS, ...command.flags];
  for (const [flag, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const written = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (!known.includes(written)) return strangeFlag(helps, name, written, known);
    if (value === '') return `--${written} needs a value.`;
  }
  return undefined;
}

function strangeFlag(helps: Helps, name: CommandName, flag: string, known: readonly string[]): string {
  const owners = Object.entries(helps).filter(([, { flags }]) => flags.includes(flag));
  const where = owners
    .map(([owner]) => `deskhand ${owner}`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1');
  const command = name === 'console' ? 'deskhand' : `deskhand ${name}`;
  const dashes = flag.length === 1 ? '-' : '--';
  if (owners.length > 0) return `${dashes}${flag} is an option of ${where}, not of ${command}.`;
  const near = suggestionFor(flag, known, '--');
  return `There is no option ${dashes}${flag}.${near} "${command} --help" lists the options.`;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, '': 1000 };

/** A time such as 2s, 1m, 500ms or 5 (seconds), from half a second to a day, in ms; or why it is none. */
export function parseEvery(text: string, flag = 'every'): number | string {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const ms = amount === undefined ? Number.NaN : Number(amount) * (UNITS[unit] ?? Number.NaN);
  if (ms >= 500 && ms <= 86_400_000) return ms;
  return `--${flag} takes a time from 500ms to 24h, such as 2s, 1m or 5 (seconds), not "${text}".`;
}

/** The budget of CPU, with or without its sign, or why it is none. */
export function parsePercent(text: string): number | string {
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim())?.[1]);
  if (percent >= 0.1 && percent <= 100) return percent;
  return `--budget takes percent of one CPU from 0.1% to 100%, such as 1%, not "${text}".`;
}

/** Bytes a second, or why they are none. */
export function parseBandwidth(text: string): number | string {
  const bytes = byteCount(text);
  if (bytes !== undefined && bytes >= 100) return bytes;
  return `--bandwidth takes bytes a second from 100, such as 2k, not "${text}".`;
}

/** A whole number in plain digits, or why it is none. */
export function parseCount(flag: string, text: string, most: number): number | string {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return count <= most ? count : `--${flag} takes a whole number from 0 to ${most}, not "${text}".`;
}

/** A command line that makes no sense; the message says what would. */
export class UsageError extends Error {}

/** The value of a flag that holds a number or a time; undefined where it is not given. Throws a UsageError. */
export function numberOf(text: string | undefined, read: (text: string) => number | string): number | undefined {
  if (text === undefined) return undefined;
  const value = read(text);
  if (typeof value === 'string') throw new UsageError(value);
  return value;
}
