import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { execThrough } from '../../source/metrics/exec-in-container.ts';
import { discoverEndpoints } from '../../source/prometheus/endpoints.ts';
import { Scraper } from '../../source/prometheus/scraper.ts';
import { transportOf } from '../../source/prometheus/transport.ts';
import { describeEngine, engineHost } from './require-engine.ts';
import { openRoom, type Room } from './watch.ts';

/** Endpoints of real containers: by published port, by container address, and by a command inside. */

const SERVE =
  'mkdir -p /tmp/w && printf "# TYPE a gauge\\na 42\\n# EOF\\n" > /tmp/w/metrics && exec httpd -f -p 9090 -h /tmp/w';
const LABELS = { 'prometheus.io/port': '9090' };

describeEngine('metrics of real containers', () => {
  let room: Room;
  const engine = createEngine(resolveEndpoint({ flags: { host: engineHost }, env: process.env, home: tmpdir() }));

  beforeAll(async () => {
    room = await openRoom('metrics');
  });
  afterAll(async () => {
    engine.close();
    await room.end();
  });

  /** What a scrape of the container's endpoint says, tried until it is up. */
  async function scrape(id: string, routable: boolean): Promise<string> {
    const endpoints = discoverEndpoints([await room.engine.container(id)], { routable });
    const transport = transportOf(execThrough(() => engine, systemClock));
    const scraper = new Scraper({ clock: systemClock, transport, intervalMs: 300 });
    try {
      return await new Promise((resolve) => {
        scraper.subscribe((endpoint) => {
          const status = scraper.status(endpoint);
          const value = scraper.history(endpoint)?.select({ metric: 'a' })[0]?.track.last?.value;
          if (status?.state === 'up') resolve(`${status.endpoint.url === '' ? 'exec' : 'http'} ${value}`);
        });
        scraper.setEndpoints(endpoints);
        scraper.watch(endpoints.map(({ id: endpoint }) => endpoint));
      });
    } finally {
      scraper.stop();
    }
  }

  it('are read by published port', async () => {
    const id = await room.run('published', SERVE, {
      Labels: LABELS,
      HostConfig: { PortBindings: { '9090/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
      ExposedPorts: { '9090/tcp': {} },
    });
    expect(await scrape(id, false)).toBe('http 42');
  });

  it('are read at the container’s own address', async () => {
    expect(await scrape(await room.run('address', SERVE, { Labels: LABELS }), true)).toBe('http 42');
  });

  it('are read by wget inside when nothing else reaches them', async () => {
    expect(await scrape(await room.run('inside', SERVE, { Labels: LABELS }), false)).toBe('exec 42');
  });
});
