import { expect, it } from 'vitest';
import { alone, noTools } from '../../test/builders/actions.ts';
import { FakeEngine } from '../../test/builders/fake-engine.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import { initialState } from '../desk/reduce.ts';
import { engineId } from '../lib/ids.ts';
import type { PlanObject, RunContext } from './action.ts';
import { waiter } from './execute.ts';
import { watchAll } from './watch.ts';

const objects = ['api-1', 'api-2', 'redis'].map(
  (name): PlanObject => ({ kind: 'container', id: name, name, note: '' }),
);
const clock = fakeClock();
const context: RunContext = {
  tools: noTools,
  engine: new FakeEngine(clock),
  begun: 0,
  state: () => initialState(0, engineId('fake')),
  now: () => 5200,
  wait: waiter(clock),
  signal: new AbortController().signal,
  ...alone,
  progress: () => undefined,
};

it('gives no object the time of the whole, for they were restarted one after the other', async () => {
  const texts: Readonly<Record<string, string>> = {
    'api-1': 'running again after 3.1s (no health check; watched for 2s)',
    'api-2': 'running again after 3.1s (no health check; watched for 2s)',
    redis: 'healthy again after 1m05s',
  };
  const finding = await watchAll(objects, context, async ({ name }) => ({ ok: true, text: texts[name] ?? '' }));
  expect(finding).toEqual({
    ok: true,
    text:
      '3 of 3 ok after 5.2s: api-1, api-2 running again (no health check; watched for 2s); ' + 'redis healthy again',
  });
});

it('names those in trouble, each with what was seen', async () => {
  const finding = await watchAll(objects, context, async ({ name }) =>
    name === 'redis' ? { ok: false, text: 'exited again with code 1 after 2s' } : { ok: true, text: 'fine' },
  );
  expect(finding).toEqual({ ok: false, text: '2 of 3 ok; redis exited again with code 1 after 2s' });
});
