import type { TypedFlags } from 'meow';
import { actionFlags } from '../run/request.ts';

/** The flags of all commands, as meow reads them; helps.ts says which belong to which command. */

const FLAG = { type: 'boolean' } as const;
const TEXT = { type: 'string' } as const;

/** A flag as meow has it: `shm-size` is `shmSize`. */
export function flagKey(name: string): string {
  return name.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
}

export const flags = {
  host: { type: 'string', shortFlag: 'H' },
  context: { type: 'string', shortFlag: 'c' },
  config: { type: 'string' },
  readonly: { type: 'boolean' },
  write: { type: 'boolean' },
  command: { type: 'string' },
  headless: { type: 'boolean' },
  refresh: { type: 'string', shortFlag: 'r' },
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
  follow: { type: 'boolean', shortFlag: 'f' },
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

/** The flags that were given. */
export type GivenFlags = TypedFlags<typeof flags> & Record<string, unknown>;
