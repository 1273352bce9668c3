import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { engineId } from '../lib/ids.ts';
import { RegistryCheck } from './registry-check.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

it('says whether a registry has a newer image, asks once an hour, and says what it cannot know', async () => {
  const asked: string[] = [];
  const engine = {
    id: engineId('fake'),
    async registryDigest(reference: string) {
      asked.push(reference);
      if (reference.startsWith('away')) throw new Error('no such host');
      return digest('b');
    },
  };
  const clock = fakeClock();
  const check = new RegistryCheck(clock);
  const of = (tag: string, ...digests: string[]) =>
    check.lines(engine, { tags: [tag, 'deskhand-rollback/x:1'], digests });
  expect(await of('bot:1', `bot@${digest('a')}`)).toEqual([
    `bot:1: the registry has a newer image, ${digest('b').slice(0, 19)}`,
  ]);
  expect(await of('bot:1', `bot@${digest('b')}`)).toEqual(['bot:1: up to date']);
  expect(await of('own:1')).toEqual([`own:1: built here; the registry has ${digest('b').slice(0, 19)}`]);
  expect(await of('away:1', `away@${digest('a')}`)).toEqual(['away:1: not known: no such host']);
  expect(asked).toHaveLength(4);
  await of('away:1', `away@${digest('a')}`);
  expect(asked).toHaveLength(4);
  expect(check.word(engine, { tags: ['away:1'], digests: [`away@${digest('a')}`] })).toBe('unknown');
  expect(check.word(engine, { tags: ['bot:1'], digests: [`bot@${digest('a')}`] })).toBe('newer');
  expect(check.word(engine, { tags: ['bot:1'], digests: [`bot@${digest('b')}`] })).toBe('newest');
  expect(check.word(engine, { tags: [], digests: [] })).toBe('');
  expect(asked).toHaveLength(4);
  await clock.advance(3_600_001);
  await of('away:1', `away@${digest('a')}`);
  expect(asked).toHaveLength(5);
});
