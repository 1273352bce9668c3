import meow from 'meow';
import { expect, it } from 'vitest';
import { actionFlags } from '../run/request.ts';
import { flagKey, flags } from './flags.ts';

it('reads the flags of every action', () => {
  for (const { name, kind } of actionFlags) {
    const argv = kind === 'flag' ? [`--${name}`] : [`--${name}`, 'x'];
    const read: Record<string, unknown> = meow('', { importMeta: import.meta, argv, flags }).flags;
    expect(read[flagKey(name)], name).toBe(kind === 'flag' ? true : 'x');
  }
});
