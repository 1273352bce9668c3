import { afterEach, expect, it } from 'vitest';
import { type SimulatedHosts, simulatedHosts } from '../../test/builders/simulated-hosts.ts';
import { actionNamed } from '../actions/list.ts';
import { systemClock } from '../lib/clock.ts';
import { engineId } from '../lib/ids.ts';
import { draftOnHosts } from './hosts-draft.ts';

let hosts: SimulatedHosts | undefined;
afterEach(() => hosts?.close());

async function drafted(incident?: string) {
  hosts = await simulatedHosts({ count: 5, incident });
  const deps = hosts;
  const fleet = await deps.look();
  return (name: string, service: string, on: readonly string[]) => {
    const action = actionNamed(name);
    if (!action) throw new Error(`no action ${name}`);
    return draftOnHosts(action, { service, hosts: on.map(engineId) }, [], {
      ...deps,
      clock: systemClock,
      soakMs: 1,
      hosts: () => fleet,
    });
  };
}

it('is one plan with each host in its turn, and who is left out; its number must be typed', async () => {
  const draft = await (await drafted('redis-oom'))('restart', 'exness/docs', [
    'lon-engine-1',
    'lon-engine-2',
    'lon-engine-3',
  ]);
  if ('refused' in draft) throw new Error(draft.refused);
  const { plan, where } = draft;
  expect(plan).toMatchObject({ title: 'Restart exness/docs on 2 hosts', name: 'exness/docs on 2 hosts', danger: 3 });
  expect(plan.objects.map(({ name, note }) => `${name}: ${note}`)).toEqual([
    'lon-engine-1: canary: Restart exness/docs (1 container)',
    'lon-engine-3: batch 1: Restart exness/docs (1 container)',
  ]);
  expect(plan.warnings).toContain('lon-engine-2 is left out: its pair lon-engine-1 is not ok');
  expect(where).toBe('2 hosts, one after the other as listed');
});

it('names the host where there is only one', async () => {
  const draft = await (await drafted())('restart', 'exness/docs', ['lon-engine-1']);
  if ('refused' in draft) throw new Error(draft.refused);
  expect(draft.plan.name).toBe('exness/docs on 1 host');
  expect(draft.where).toBe('lon-engine-1');
  expect(draft.reasons).toEqual(['It is done on a host of the fleet: the number must be typed.']);
});

it('continues after a host that was not ok before either, and records each with the reason', async () => {
  const draft = await (await drafted('redis-oom'))('restart', 'exness/docs', ['lon-engine-1', 'lon-engine-3']);
  if ('refused' in draft) throw new Error(draft.refused);
  const told: string[] = [];
  const { signal } = new AbortController();
  const result = await draft.perform?.({ signal, progress: (text) => void told.push(text), reason: 'ticket 1' });
  expect(result).toMatchObject({ kind: 'done', outcome: { ok: true, verification: 'done on 2' } });
  expect(told).toContain('lon-engine-3: restart exness/docs');
  const records = (await hosts?.records()) ?? [];
  expect(records.flatMap((line) => (line.kind === 'begin' ? line.reason : []))).toEqual(
    Array(2).fill('ticket 1; restart exness/docs on 2 hosts'),
  );
});

it('refuses what works on one host at a time, and what no host allows', async () => {
  const draft = await drafted();
  expect(await draft('shell', 'exness/docs', ['lon-engine-1'])).toMatchObject({
    refused: 'it works on one host at a time',
  });
  const none = await draft('restart', 'exness/nothing', ['lon-engine-1', 'lon-engine-3']);
  expect(none).toMatchObject({
    refused: expect.stringContaining('there is no service, container or project "exness/nothing"'),
  });
});
