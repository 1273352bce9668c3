import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../test/builders/failure.ts';
import { type Answer, json, serveHttp } from '../../../test/fake-server.ts';
import { resolveEndpoint } from '../connect/endpoint.ts';
import type { EngineEvent } from '../facts.ts';
import { createEngine } from './client.ts';

const started: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.close();
});

async function engineThat(answer: Answer) {
  const server = await serveHttp(answer);
  const engine = createEngine(resolveEndpoint({ flags: { host: server.host }, env: {}, home: '/nonexistent' }));
  started.push(server, engine);
  return { engine, server };
}

describe('ping', () => {
  const answering = (version: string | undefined, body = 'OK') =>
    engineThat((response, { url }) => {
      if (url?.startsWith('/version')) json(response, { ApiVersion: version });
      else response.writeHead(200, version === undefined ? {} : { 'Api-Version': version }).end(body);
    });

  it.each(['1.41', '1.51', '2.0'])('accepts an engine with API %s', async (version) => {
    await (await answering(version)).engine.ping();
  });

  it.each(['1.40', '1.9'])('rejects an engine with API %s and names the version', async (version) => {
    expect(await failure((await answering(version)).engine.ping())).toMatchObject({
      kind: 'api-too-old',
      message: expect.stringContaining(`speaks API ${version}; deskhand needs 1.41`),
      advice: expect.stringContaining('20.10'),
    });
  });

  it('asks /version when the header is missing', async () => {
    const { engine, server } = await engineThat((response, { url }) =>
      url?.startsWith('/version') ? response.end('{"ApiVersion":"1.44"}') : response.end('OK'),
    );
    await engine.ping();
    expect(server.requests).toEqual(['GET /_ping?', 'GET /version?']);
  });

  it('recognises any other server', async () => {
    const { engine } = await engineThat((response) => response.end('<html>Welcome</html>'));
    expect((await failure(engine.ping())).kind).toBe('not-docker');
    expect((await failure((await answering('latest')).engine.ping())).kind).toBe('not-docker');
  });
});

describe('events', () => {
  const event = (action: string, timeNano: number) =>
    `${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: 'c1', Attributes: { name: 'redis' } }, time: 1, timeNano })}\n`;

  it('subscribes from a given time, without the events of health probes', async () => {
    const { engine, server } = await engineThat((response) => response.writeHead(200).end());
    await engine.events({ since: 1_700_000_000_123.5, signal: new AbortController().signal }, () => {});
    const query = new URL(`http://engine${server.requests[0]?.slice(4)}`).searchParams;
    expect(query.get('since')).toBe('1700000000.123500');
    const filters = JSON.parse(query.get('filters') ?? '');
    expect(filters.type).toContain('container');
    for (const word of ['start', 'die', 'oom', 'health_status', 'rename', 'destroy'])
      expect(filters.event).toContain(word);
    expect(filters.event.filter((word: string) => word.startsWith('exec'))).toEqual([]);
  });

  it("arrive one by one however the bytes are split, and end with the engine's stream", async () => {
    const bytes = Buffer.from(`${event('die', 1e15)}not json\n{}\n${event('health_status: healthy', 2e15)}`);
    const { engine } = await engineThat(async (response) => {
      for (let at = 0; at < bytes.length; at += 7) {
        response.write(bytes.subarray(at, at + 7));
        await new Promise(setImmediate);
      }
      response.end();
    });
    const seen: EngineEvent[] = [];
    let accepted = 0;
    await engine.events({ signal: new AbortController().signal, started: () => accepted++ }, (each) => seen.push(each));
    expect(accepted).toBe(1);
    expect(seen.map(({ action, at, id, name }) => [action, at, id, name])).toEqual([
      ['die', 1e9, 'c1', 'redis'],
      ['health_status: healthy', 2e9, 'c1', 'redis'],
    ]);
  });

  it('fail if the engine disconnects or refuses', async () => {
    const broken = await engineThat((response) => {
      response.write(event('die', 1));
      setImmediate(() => response.destroy());
    });
    expect((await failure(broken.engine.events({ signal: new AbortController().signal }, () => {}))).kind).toBe(
      'closed',
    );
    const refusing = await engineThat((response) => json(response, { message: 'no' }, 500));
    let accepted = 0;
    const refused = refusing.engine.events(
      { signal: new AbortController().signal, started: () => accepted++ },
      () => {},
    );
    expect((await failure(refused)).kind).toBe('engine-error');
    expect(accepted).toBe(0);
  });

  it('end on abort', async () => {
    const { engine } = await engineThat((response) => response.write(event('die', 1)));
    const abort = new AbortController();
    const failed = failure(engine.events({ signal: abort.signal }, () => abort.abort()));
    expect((await failed).kind).toBe('cancelled');
  });
});

describe('calls', () => {
  it('send the requests of the contract', async () => {
    const { engine, server } = await engineThat((response) => json(response, []));
    await engine.containers();
    await engine.stats('c1');
    await engine.restart('c1', 30);
    await engine.stop('c1', 5);
    await engine.start('c1');
    await engine.inspect('image', 'deskhand/busybox:1');
    (await engine.logs('c1', { follow: true, tail: 100, since: 1500 })).resume();
    (await engine.logs('c1', { follow: false })).resume();
    expect(server.requests).toEqual([
      'GET /containers/json?all=1',
      'GET /containers/c1/stats?stream=false&one-shot=true',
      'POST /containers/c1/restart?t=30',
      'POST /containers/c1/stop?t=5',
      'POST /containers/c1/start?',
      'GET /images/deskhand%2Fbusybox%3A1/json?',
      'GET /containers/c1/logs?stdout=true&stderr=true&timestamps=true&follow=true&tail=100&since=1.500000',
      'GET /containers/c1/logs?stdout=true&stderr=true&timestamps=true&follow=false&tail=all',
    ]);
  });

  it('never let a name reach another path', async () => {
    const { engine, server } = await engineThat((response) => json(response, {}));
    await engine.container('../images/x?all=1#');
    expect(server.requests).toEqual(['GET /containers/..%2Fimages%2Fx%3Fall%3D1%23/json?']);
    for (const name of ['', '.', '..']) {
      for (const call of [
        engine.container(name),
        engine.stats(name),
        engine.stop(name, 1),
        engine.logs(name, { follow: false }),
      ]) {
        expect((await failure(call)).kind).toBe('bad-request');
      }
    }
  });

  it('find no Swarm services, tasks and nodes on an engine that is not a manager, but do not hide other failures', async () => {
    let status = 503;
    const { engine } = await engineThat((response) =>
      json(response, { message: 'This node is not a swarm manager.' }, status),
    );
    const asked = () => [engine.swarmServices(), engine.tasks(), engine.nodes()];
    expect(await Promise.all(asked())).toEqual([[], [], []]);
    status = 500;
    for (const call of asked()) expect((await failure(call)).kind).toBe('engine-error');
  });

  it('read null lists and answers of another shape as empty', async () => {
    const { engine } = await engineThat((response) => json(response, null));
    expect(await Promise.all([engine.containers(), engine.volumes(), engine.networks(), engine.images()])).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(await engine.top('c1')).toEqual({ titles: [], rows: [] });
    expect((await engine.info()).simulated).toBe(false);
  });
});

it('waits while the engine computes the disk use for another client', async () => {
  let busy = 1;
  const { engine, server } = await engineThat((response) => {
    if (busy-- > 0) {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"message":"a disk usage operation is already running"}');
    } else json(response, { LayersSize: 5 });
  });
  expect((await engine.diskUse()).layers).toBe(5);
  expect(server.requests).toHaveLength(2);
});
