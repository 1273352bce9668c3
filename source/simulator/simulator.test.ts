import { existsSync, statSync } from 'node:fs';
import http from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { heldClock } from './held-clock.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';

const START = Date.UTC(2026, 10, 20, 9, 15);

const running: Simulator[] = [];

async function start(options?: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator(options);
  running.push(simulator);
  return simulator;
}

afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});

type Got = { status: number; type: string; connection: string; text: string };

function get(options: http.RequestOptions | string): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = http.get(options as http.RequestOptions, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => {
        const { headers } = response;
        resolve({
          status: response.statusCode ?? 0,
          type: headers['content-type'] ?? '',
          connection: headers.connection ?? '',
          text,
        });
      });
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

const ask = (simulator: Simulator, path: string, method = 'GET') =>
  get({ socketPath: simulator.socketPath, path, method, agent: false });

describe('startSimulator', () => {
  it('listens on a private socket in a private directory, and removes both', async () => {
    const simulator = await start();
    expect(statSync(simulator.socketPath).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(simulator.socketPath)).mode & 0o777).toBe(0o700);
    await simulator.close();
    expect(existsSync(dirname(simulator.socketPath))).toBe(false);
  });

  it('does not replace a socket on which another engine answers', async () => {
    const { socketPath } = await start();
    await expect(start({ socketPath })).rejects.toThrow('another engine answers there');
  });

  it('gives the same ids for the same seed', async () => {
    const ids = async (seed: string): Promise<string> => {
      const list: { Id: string }[] = JSON.parse((await ask(await start({ seed }), '/containers/json')).text);
      return list.map(({ Id }) => Id).join();
    };
    const [one, again, other] = [await ids('a'), await ids('a'), await ids('b')];
    expect(one).toBe(again);
    expect(one).not.toBe(other);
  });

  it('creates the requested number of containers', async () => {
    const simulator = await start({ containers: 300 });
    const list: { Names: string[]; Labels: Record<string, string> }[] = JSON.parse(
      (await ask(simulator, '/containers/json?all=1')).text,
    );
    expect(list).toHaveLength(300);
    expect(new Set(list.map((c) => c.Names[0])).size).toBe(300);
    expect(list.some((c) => c.Labels['com.docker.compose.project'] === 'scale-001')).toBe(true);
  });

  it('lists the incidents if a name is unknown', async () => {
    await expect(start({ incident: 'nonsense' })).rejects.toThrow(/no incident "nonsense"\. Incidents: .*redis-oom/);
  });

  it("serves the engine's metrics at the URL in the label, and refuses once the container is stopped", async () => {
    const simulator = await start();
    const inspect: { Config: { Labels: Record<string, string> } } = JSON.parse(
      (await ask(simulator, '/containers/nanoarb-engine/json')).text,
    );
    const url = inspect.Config.Labels['deskhand.metrics.url'] ?? '';
    expect(url).toBe(simulator.metricsUrl);
    const page = await get(url);
    expect([page.status, page.type, page.connection]).toEqual([200, 'text/plain', 'close']);
    expect(page.text).toMatch(/# EOF\n$/);
    expect((await get(inspect.Config.Labels['deskhand.health.url'] ?? '')).text).toBe(
      '{"status":"ok","version":"0.1.0"}',
    );
    await ask(simulator, '/containers/nanoarb-engine/stop?t=0', 'POST');
    await expect(get(url)).rejects.toThrow('ECONNREFUSED');
    await ask(simulator, '/containers/nanoarb-engine/start', 'POST');
    expect((await get(url)).text).toMatch(/^nanoarb_events_total_total \d{1,4}$/m);
  });

  it('serves the metrics of the maricusco app too', async () => {
    const simulator = await start();
    const page = await get(simulator.metricsUrls['maricusco-app'] ?? '');
    expect(page.text).toContain('maricusco_dependency_up{dependency="redis"} 1.0');
  });
});

describe('misbehave', () => {
  it('hang: nothing is answered until it behaves again', async () => {
    const clock = heldClock(START);
    const simulator = await start({ clock });
    await simulator.misbehave('hang');
    let answered = false;
    const ping = ask(simulator, '/_ping').then((reply) => {
      answered = true;
      return reply;
    });
    await clock.pass(60_000);
    expect(answered).toBe(false);
    await simulator.misbehave('none');
    expect((await ping).text).toBe('OK');
  });

  it('hang: streams stall too, and later deliver what was held back', async () => {
    const clock = heldClock(START);
    const simulator = await start({ clock });
    const events = connect(simulator.socketPath);
    let received = '';
    events.on('data', (data) => {
      received += data;
    });
    events.write(
      'GET /events?filters=%7B%22type%22%3A%5B%22container%22%5D%2C%22event%22%3A%5B%22oom%22%5D%7D HTTP/1.1\r\nHost: engine\r\n\r\n',
    );
    await new Promise((opened) => events.once('data', opened));
    await simulator.misbehave('hang');
    simulator.play('redis-oom');
    await clock.pass(60_000);
    expect(received).not.toContain('"oom"');
    const data = new Promise((more) => events.once('data', more));
    await simulator.misbehave('none');
    await data;
    expect(received).toContain('"Action":"oom"');
    events.destroy();
  });

  it('garbage: the answer is not HTTP', async () => {
    const simulator = await start();
    await simulator.misbehave('garbage');
    await expect(ask(simulator, '/_ping')).rejects.toThrow(/Parse Error/);
  });

  it('die: nothing listens, streams end, and the same socket answers again afterwards', async () => {
    const simulator = await start();
    const events = connect(simulator.socketPath);
    events.write('GET /events HTTP/1.1\r\nHost: engine\r\n\r\n');
    await new Promise((opened) => events.once('data', opened));
    const closed = new Promise((done) => events.once('close', done));
    await simulator.misbehave('die');
    await closed;
    await expect(ask(simulator, '/_ping')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    await simulator.misbehave('none');
    expect((await ask(simulator, '/_ping')).text).toBe('OK');
  });

  it('slow: answers are delayed', async () => {
    const clock = heldClock(START);
    const simulator = await start({ clock });
    await simulator.misbehave({ slow: 4321 });
    let answered = false;
    const ping = ask(simulator, '/_ping').finally(() => {
      answered = true;
    });
    await clock.pass(4320);
    expect(answered).toBe(false);
    await clock.pass(1);
    expect((await ping).text).toBe('OK');
  });
});
