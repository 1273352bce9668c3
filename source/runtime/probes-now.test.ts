import { expect, it } from 'vitest';
import { compose, DETAIL, MINUTE, NOON, probed, SECOND } from '../../test/builders/facts.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import { deriveDesk } from '../desk/derive.ts';
import { initialState, reduceAll } from '../desk/reduce.ts';
import { resolveEndpoint } from '../engine/connect/endpoint.ts';
import type { ContainerFacts, EngineInfo } from '../engine/facts.ts';
import { engineId } from '../lib/ids.ts';
import type { ProbeAnswer } from '../probes/probe.ts';
import { loadSettings } from '../settings/load.ts';
import { probesNow } from './probes-now.ts';

const settings = loadSettings({ env: { HOME: '/nowhere' }, flags: {} });
const endpoint = resolveEndpoint({ flags: { host: 'tcp://127.0.0.1:2375' }, env: {}, home: '/' });
const web = (up: number, over: Partial<ContainerFacts> = {}) => ({
  ...compose('p', 'web', { ports: [{ container: 8000, protocol: 'tcp', host: 18000, address: '0.0.0.0' }] }),
  detail: { ...DETAIL, startedAt: NOON - up },
  ...over,
});
const deaf = { error: 'connection refused behind the port', nothingListens: true } as const;

/** The verdict after one look in which every probe is answered so. */
async function lookAt(container: ContainerFacts, given: Partial<ProbeAnswer>) {
  const seen = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'engine', info: { simulated: false, name: 'elsewhere' } as EngineInfo },
    { type: 'containers', at: NOON, containers: [container] },
  ]);
  const messages = await probesNow(seen, {
    settings,
    endpoint,
    clock: fakeClock(NOON),
    signal: new AbortController().signal,
    againMs: 0,
    probe: async (url) => ({ url, at: NOON, ...given }),
  });
  return deriveDesk(reduceAll(seen, messages)).services[0]?.verdict.reason;
}

it('sees in one look that nothing listens on a published port', async () => {
  expect(await lookAt(web(2 * MINUTE), deaf)).toBe(
    'up, but http://127.0.0.1:18000/health: connection refused behind the port',
  );
});

it.each<[string, ContainerFacts, Partial<ProbeAnswer>]>([
  ['of a container that has just been started', web(20 * SECOND), deaf],
  ['of a guess that something else answers', web(2 * MINUTE), { status: 503 }],
  ['of a guess that takes too long', web(2 * MINUTE), { error: 'time-out after 3s' }],
])('makes nothing %s', async (_, container, given) => {
  expect(await lookAt(container, given)).toBe('running, no health check');
});

it('sees what the health check of the container does not', async () => {
  const ports = [{ container: 9090, protocol: 'tcp', host: 18000, address: '0.0.0.0' }];
  const well = probed(web(2 * MINUTE, { ports }), 'healthy', { exitCode: 0, output: '' });
  expect(await lookAt(well, { error: 'time-out after 3s' })).toBe(
    'Docker says healthy, but http://127.0.0.1:18000/health: time-out after 3s',
  );
  const sick = probed(well, 'unhealthy', { exitCode: 127, output: 'curl: not found' }, 3);
  expect(await lookAt(sick, { status: 200, latencyMs: 4 })).toBe(
    'Docker says unhealthy, but http://127.0.0.1:18000/health answers 200: the probe cannot work, curl is not in the image',
  );
});
