import { expect, it } from 'vitest';
import { actionFlags } from '../run/request.ts';
import { flagKey, readArguments } from './flags.ts';

it('reads the flags of every action', () => {
  for (const { name, kind } of actionFlags) {
    const read = readArguments(kind === 'flag' ? [`--${name}`] : [`--${name}`, 'x']);
    expect(read, name).toMatchObject({ flags: { [flagKey(name)]: kind === 'flag' ? true : 'x' } });
  }
});

it.each([
  [['run', 'scale', 'trading/worker', '3', '--yes'], ['run', 'scale', 'trading/worker', '3'], { yes: true }],
  [['-H', 'unix:///x', '--dry-run=false', 'glance'], ['glance'], { host: 'unix:///x', dryRun: false }],
  [
    ['logs', '-f', 'redis', '--where=level>=error status>=500'],
    ['logs', 'redis'],
    { follow: true, where: 'level>=error status>=500' },
  ],
  [['run', 'exec', 'x', '--', 'ls', '--help'], ['run', 'exec', 'x', 'ls', '--help'], {}],
  [['glance', '--every'], ['glance'], { every: '' }],
  [['glance', '--nonsense=x', '-z'], ['glance'], { nonsense: true, z: true }],
  [['run', 'stop', 'x', '--reason=-9 was needed'], ['run', 'stop', 'x'], { reason: '-9 was needed' }],
])('reads %j', (argv, words, flags) => {
  expect(readArguments(argv)).toEqual({ words, flags });
});

it.each([
  [['--json', '--json'], '--json is given twice.'],
  [['run', 'stop', 'x', '--confirm', 'x', '--confirm', 'y'], '--confirm is given twice.'],
  [['--since', '--json'], '--since needs a value.'],
  [['run', 'stop', 'x', '--reason', '-H', 'unix:///x'], '--reason needs a value.'],
  [['--json=maybe'], '--json takes no value.'],
])('refuses %j', (argv, sentence) => {
  expect(readArguments(argv)).toBe(sentence);
});
