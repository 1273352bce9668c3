import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { parse } from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noTools } from '../../test/builders/actions.ts';
import { DETAIL, listed } from '../../test/builders/facts.ts';
import { FakeEngine } from '../../test/builders/fake-engine.ts';
import { type FakeLog, fakeLog } from '../../test/builders/fake-log.ts';
import { type FakeClock, fakeClock } from '../../test/fake-clock.ts';
import { deriveDesk } from '../desk/derive.ts';
import type { DeskMessage } from '../desk/state.ts';
import { createStore, type Store } from '../desk/store.ts';
import { resolveEndpoint } from '../engine/connect/endpoint.ts';
import { EngineError } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { containerId, engineId, serviceId } from '../lib/ids.ts';
import { SettingsSchema } from '../settings/schema.ts';
import { linesReadClosely, linesSwept, reachOf, targetsOf, usageFollowed } from './collectors/plan.ts';
import { type Collectors, startCollectors } from './collectors.ts';

let clock: FakeClock;
let store: Store;
let engine: FakeEngine;
let log: FakeLog;
let feeders: Collectors;
const endpoint = resolveEndpoint({ flags: { host: 'unix:///fake.sock' }, env: {}, home: '/' });

beforeEach(() => {
  clock = fakeClock();
  store = createStore({ clock, engine: engineId('fake'), notifyMs: 200 });
  log = fakeLog();
  engine = Object.assign(new FakeEngine(clock), { logs: log.logs });
});
afterEach(() => {
  feeders.close();
  store.close();
});

/** Container with its inspect read; `api` of project p unless told otherwise. */
function facts(name: string, more: Partial<ContainerFacts> = {}): ContainerFacts {
  const labels = {
    'com.docker.compose.project': 'p',
    'com.docker.compose.service': name,
    'com.docker.compose.container-number': '1',
  };
  return listed(name, { labels, detail: { ...DETAIL, startedAt: clock.now() - 3_600_000 }, ...more });
}

function begin(containers: readonly ContainerFacts[], settings: object = {}): void {
  feeders = startCollectors({
    store,
    clock,
    engine,
    endpoint,
    settings: parse(SettingsSchema, settings),
    compose: noTools.compose,
  });
  store.dispatch(
    { type: 'engine', info: { ...engine.engineInfo, name: hostname() } },
    { type: 'connection', connection: { state: 'ready', since: clock.now() } },
    { type: 'containers', at: clock.now(), containers },
  );
  store.flush();
}

const now = () => store.get();
const received = () => now().timeline.map(({ text, level, serviceId }) => `${level} ${serviceId ?? '-'} ${text}`);

describe('the last lines', () => {
  beforeEach(() => log.write({ nanos: BigInt(clock.now()) * 1_000_000n, text: 'panic: no config' }));

  it('of a container that died are on the desk a moment later', async () => {
    begin([facts('api', { state: 'exited', exitCode: 1 })]);
    await clock.advance(500);
    expect(now().lines.get(containerId('api'))?.lines).toEqual(['panic: no config']);
  });

  it('of well ones are looked through in turns, and kept only when they tell of trouble', async () => {
    begin([facts('api'), facts('worker')]);
    await clock.advance(70_000);
    expect(log.queries.length).toBeGreaterThanOrEqual(2);
    expect(now().lines.size).toBe(0);
    log.write({ nanos: BigInt(clock.now()) * 1_000_000n, text: 'write failed: No space left on device' });
    await clock.advance(70_000);
    store.flush();
    expect(deriveDesk(now()).byId.get(serviceId('compose:p/api'))?.verdict).toMatchObject({
      code: 'log-errors',
      level: 'degraded',
    });
  });

  it('of a well one are read once more, and kept, when it turns suspicious without a new line', async () => {
    const quietFeed = facts('feed');
    begin([quietFeed]);
    await clock.advance(10_000);
    expect(now().lines.size).toBe(0);
    const usage = {
      totals: { received: 0, sent: 0, read: 0, written: 0 },
      rates: { received: 0, sent: 0, read: 0, written: 0 },
    };
    store.dispatch({ type: 'usage', id: quietFeed.id, usage: { ...usage, at: clock.now() } });
    await clock.advance(15_000);
    expect(now().lines.get(quietFeed.id)?.lines).toEqual(['panic: no config']);
  });

  it('of the selected service are read without delay', async () => {
    begin(Array.from({ length: 30 }, (_, n) => facts(`s${n}`)));
    feeders.watch([], [containerId('s29')]);
    await clock.advance(300);
    expect(now().lines.has(containerId('s29'))).toBe(true);
  });
});

describe('own probes', () => {
  let server: Server;
  let status: number;
  beforeEach(async () => {
    status = 200;
    server = createServer((_, response) => response.writeHead(status).end('{"status":"ok"}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
  /** Moves time on until it is so: the answers come by a real network. */
  async function until(so: () => boolean, step = 500): Promise<void> {
    for (let tries = 0; tries < 400 && !so(); tries += 1) await clock.advance(step);
    expect(so()).toBe(true);
  }

  it('come to the desk, and what they turn into to the timeline', async () => {
    begin([facts('api')], { services: { 'p/api': { health: url() } } });
    const newest = () => now().probes.get(serviceId('compose:p/api'))?.[0];
    await until(() => newest()?.status === 200);
    expect(newest()).toMatchObject({ url: url(), guessed: false, body: '{"status":"ok"}' });
    status = 503;
    await until(() => newest()?.status === 503);
    expect(received()).toEqual([
      expect.stringMatching(/^bad compose:p\/api api deskhand's probe: http:.*: HTTP 503 in /),
    ]);
    store.flush();
    expect(deriveDesk(now()).byId.get(serviceId('compose:p/api'))?.verdict.code).toBe('probe-disagrees');
    status = 200;
    await until(() => newest()?.status === 200);
    expect(received()[1]).toMatch(/^good compose:p\/api api deskhand's probe succeeds again: /);
  });

  it('of an address that is no longer probed are dropped', async () => {
    const at = (port: string) => facts('api', { labels: { ...facts('api').labels, 'deskhand.health.url': port } });
    begin([at(url())]);
    const known = () =>
      now()
        .probes.get(serviceId('compose:p/api'))
        ?.map((one) => one.url);
    await until(() => known() !== undefined);
    store.dispatch({ type: 'containers', at: clock.now(), containers: [at(`${url()}/live`)] });
    await until(() => known()?.includes(`${url()}/live`) === true);
    expect(known()).toEqual([`${url()}/live`]);
  });

  it('end with the container', async () => {
    begin([facts('api')], { services: { 'p/api': { health: url() } } });
    await until(() => now().probes.has(serviceId('compose:p/api')));
    store.dispatch({ type: 'containers', at: clock.now(), containers: [facts('api', { state: 'exited' })] });
    store.flush();
    const before = now().probes.get(serviceId('compose:p/api'))?.[0]?.at;
    await clock.advance(120_000);
    expect(now().probes.get(serviceId('compose:p/api'))?.[0]?.at).toBe(before);
  });
});

describe('a lost engine', () => {
  it('ends all reading until it is back, and stands in the timeline', async () => {
    begin([facts('api', { state: 'exited', exitCode: 1 }), facts('worker')]);
    const why = new EngineError('connection-refused', 'nobody answers at unix:///fake.sock');
    const since = clock.now();
    store.dispatch({
      type: 'connection',
      connection: { state: 'lost', since, why, attempt: 1, nextTry: since + 1000 },
    });
    store.flush();
    await clock.advance(60_000);
    expect([log.queries.length, engine.calls]).toEqual([0, []]);
    store.dispatch({ type: 'connection', connection: { state: 'ready', since: clock.now() } });
    store.flush();
    await clock.advance(1000);
    expect(log.queries.length).toBeGreaterThan(0);
    expect(received()).toEqual([
      'bad - engine lost: nobody answers at unix:///fake.sock',
      'good - engine back after 1m00s',
    ]);
  });

  it('leaves nothing behind when the feeders are closed', async () => {
    begin([facts('api', { state: 'exited', exitCode: 1 }), facts('worker')]);
    await clock.advance(1000);
    feeders.close();
    store.close();
    expect(clock.waiting()).toBe(0);
  });
});

describe('what is wanted', () => {
  beforeEach(() => begin([]));
  const state = (containers: readonly ContainerFacts[], ...messages: DeskMessage[]) => {
    store.dispatch({ type: 'containers', at: clock.now(), containers }, ...messages);
    return now();
  };

  it('follows the readings only of those whose sole sign is what they receive, and that no one is looking at', () => {
    const published = facts('web', { ports: [{ container: 80, protocol: 'tcp', host: 80 }] });
    const all = [
      facts('poller'),
      published,
      facts('db', { health: 'healthy' }),
      facts('job', { state: 'exited' }),
      facts('seen'),
    ];
    expect(usageFollowed(state(all), [containerId('seen')])).toEqual(['poller']);
  });

  it('reads lines closely of those in trouble, of what hangs on them, and of suspicious ones', () => {
    const dependant = facts('app', {
      labels: { ...facts('app').labels, 'com.docker.compose.depends_on': 'redis:service_started:false' },
    });
    const usage = { at: clock.now(), pids: 480, totals: { received: 0, sent: 0, read: 0, written: 0 } };
    const received = state(
      [facts('redis', { state: 'exited', exitCode: 137 }), dependant, facts('threads'), facts('docs')],
      { type: 'usage', id: containerId('threads'), usage },
    );
    const closely = linesReadClosely(deriveDesk(received), received, []);
    expect(closely.map(({ id, again }) => [id, again])).toEqual([
      ['redis', undefined],
      ['app', 30_000],
      ['threads', 30_000],
    ]);
    expect(closely[1]?.since).toBe(dependant.detail?.startedAt);
    expect(linesSwept(received, closely).map(({ id }) => id)).toEqual(['docs']);
  });

  it('reads the lines before the present run of one that dies again and again', () => {
    const detail = { ...DETAIL, restartCount: 9, startedAt: clock.now() - 1000 };
    const received = state([facts('api', { detail })]);
    expect(deriveDesk(received).services[0]?.verdict.code).toBe('restart-loop');
    expect(linesReadClosely(deriveDesk(received), received, [])[0]?.since).toBeUndefined();
  });

  it('probes with the timeout of the health check, and all replicas', () => {
    const healthCheck = { test: ['CMD', 'true'], interval: 0, timeout: 2000, startPeriod: 0, retries: 0 };
    const replica = (number: number) =>
      facts('web', {
        id: containerId(`web-${number}`),
        name: `web-${number}`,
        labels: { ...facts('web').labels, 'com.docker.compose.container-number': String(number) },
        ports: [{ container: 8000, protocol: 'tcp', host: 8000 + number, address: '0.0.0.0' }],
        detail: { ...DETAIL, healthCheck },
      });
    const received = state([replica(1), replica(2)]);
    const reach = reachOf(endpoint, received);
    expect(
      targetsOf(deriveDesk(received), reach, {}).map(({ owner, url, timeoutMs }) => [owner, url, timeoutMs]),
    ).toEqual([
      ['compose:p/web', 'http://127.0.0.1:8001/health', 2000],
      ['compose:p/web', 'http://127.0.0.1:8002/health', 2000],
    ]);
  });

  it('probes a container in the network of another one when that one is reached, as its own label says', () => {
    const owner = facts('vpn', { ports: [{ container: 8080, protocol: 'tcp', host: 18080, address: '0.0.0.0' }] });
    const bot = facts('bot', {
      labels: { ...facts('bot').labels, 'deskhand.health': ':8080/health' },
      detail: { ...DETAIL, networkMode: `container:${owner.id}` },
    });
    const told = state([bot, owner]);
    const urls = targetsOf(deriveDesk(told), reachOf(endpoint, told), {}).map(({ owner: of, url }) => `${of} ${url}`);
    expect(urls).toContain('compose:p/bot http://127.0.0.1:18080/health');
  });

  it.each([
    ['unix:///var/run/docker.sock', hostname(), { host: '127.0.0.1', local: true, routable: true, guess: true }],
    ['unix:///tmp/forwarded.sock', 'elsewhere', { host: '127.0.0.1', local: false, routable: false, guess: false }],
    ['unix:///home/me/.docker/desktop/docker.sock', 'docker-desktop', { local: true, routable: false, guess: true }],
    ['tcp://prod.example:2375', 'prod', { host: 'prod.example', local: false, routable: false, guess: true }],
    ['ssh://ops@prod.example', 'prod', { host: 'prod.example', local: false, routable: false, guess: true }],
  ])('reaches what an engine at %s (%s) publishes', (host, name, expected) => {
    const at = resolveEndpoint({ flags: { host }, env: {}, home: '/' });
    expect(reachOf(at, { engine: { ...engine.engineInfo, name } })).toMatchObject(expected);
    expect(reachOf(at, { engine: { ...engine.engineInfo, name, simulated: true } }).guess).toBe(false);
  });
});
