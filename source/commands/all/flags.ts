import { parseArgs } from 'node:util';
import { actionFlags } from '../run/request.ts';

/** The flags of all commands, and how a command line is read; helps.ts says which flags belong to which command. */

const FLAG = { type: 'boolean' } as const;
const TEXT = { type: 'string' } as const;

/** A flag as a key: `shm-size` is `shmSize`. */
export function flagKey(name: string): string {
  return name.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
}

export const flags = {
  host: { type: 'string', short: 'H' },
  context: { type: 'string', short: 'c' },
  config: { type: 'string' },
  readonly: { type: 'boolean' },
  write: { type: 'boolean' },
  command: { type: 'string' },
  headless: { type: 'boolean' },
  refresh: { type: 'string', short: 'r' },
  budget: { type: 'string' },
  bandwidth: { type: 'string' },
  orDemo: { type: 'boolean' },
  fleet: { type: 'boolean' },
  hosts: { type: 'string' },
  role: { type: 'string' },
  batch: { type: 'string' },
  most: { type: 'string' },
  soak: { type: 'string' },
  faults: { type: 'string' },
  project: { type: 'string' },
  json: { type: 'boolean' },
  line: { type: 'boolean' },
  follow: { type: 'boolean', short: 'f' },
  until: { type: 'string' },
  tail: { type: 'string' },
  where: { type: 'string' },
  quiet: { type: 'boolean' },
  watch: { type: 'boolean' },
  every: { type: 'string' },
  yes: { type: 'boolean' },
  dryRun: { type: 'boolean' },
  confirm: { type: 'string' },
  reason: { type: 'string' },
  ...Object.fromEntries(actionFlags.map(({ name, kind }) => [flagKey(name), kind === 'flag' ? FLAG : TEXT])),
  since: { type: 'string' },
  head: { type: 'string' },
  from: { type: 'string' },
  verify: { type: 'boolean' },
  failOn: { type: 'string' },
  baseline: { type: 'string' },
  writeBaseline: { type: 'string' },
  sarif: { type: 'boolean' },
  incident: { type: 'string' },
  containers: { type: 'string' },
  engineOnly: { type: 'boolean' },
  socket: { type: 'string' },
  clock: { type: 'string' },
} as const;

type Value<T> = T extends { type: 'boolean' } ? boolean : string;

/** The flags that were given, by their keys; those that no command has among them. */
export type GivenFlags = { [Key in keyof typeof flags]?: Value<(typeof flags)[Key]> } & Record<string, unknown>;

/** A flag as it is written: `dryRun` is `dry-run`. */
function written(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * Reads a command line: words and flags in any order, after `--` words only. A flag that is not given is not there, so that it does not
 * override environment and file; one without its value is empty. A sentence for what makes no sense at all.
 */
export function readArguments(argv: readonly string[]): { words: readonly string[]; flags: GivenFlags } | string {
  const known: Readonly<Record<string, { type: 'string' | 'boolean'; short?: string }>> = flags;
  const options = Object.fromEntries(Object.entries(known).map(([key, flag]) => [written(key), flag]));
  const { positionals, tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: Record<string, unknown> = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const key = flagKey(token.name);
    if (key in given) return `${token.rawName} is given twice.`;
    const type = known[key]?.type;
    // Unknown ones are refused later, by the command.
    const value = type === undefined ? true : type === 'string' ? textOf(token) : switchOf(token);
    if (value === undefined) return `${token.rawName} ${type === 'string' ? 'needs a' : 'takes no'} value.`;
    given[key] = value;
  }
  return { words: positionals, flags: given };
}

type Option = { value?: string; inlineValue?: boolean };

/** Undefined where the next flag stands in place of a value: `--reason=-x` gives one that begins with a dash. */
function textOf({ value, inlineValue }: Option): string | undefined {
  return inlineValue === false && /^--?[A-Za-z]/.test(value ?? '') ? undefined : (value ?? '');
}

function switchOf({ value = 'true' }: Option): boolean | undefined {
  return value === 'true' ? true : value === 'false' ? false : undefined;
}
