import { afterEach, describe, expect, it } from 'vitest';
import { incidentNames } from '../../source/simulator/simulator.ts';
import { type MountedConsole, type MountOptions, mountConsole } from '../builders/console.tsx';

/**
 * The incidents, played by the simulated engine before a whole console in an emulated terminal: what its health pane says. Both
 * live by a held clock, for some incidents show only after minutes.
 */

type Case = {
  service: string;
  /** What the pane must say, at the same time. */
  says: RegExp[];
  /** Watched in peace for so long (ms) before it begins: by default it began before the console. */
  after?: number;
};

const CASES: Readonly<Record<string, Case>> = {
  'nanoarb-curl-missing': {
    service: 'docker/nanoarb',
    says: [
      /▲ degraded: Docker says unhealthy, but http:.*answers 200/,
      /DO +fix the health check of nanoarb: curl is not in the image\. A restart does not help/,
      /Docker says unhealthy, but it answers from outside/,
      /✓ \d\d:\d\d:\d\d HTTP 200 .*\{"status":"ok"/,
      /the probe itself is at fault: curl is not in the image/,
      /✖ \d\d:\d\d:\d\d exit \d+ .*curl: not found/,
      /check: curl -f .*\/health/,
      /every 5s for the first 5s, then every 30s, timeout 10s, 3 retries/,
    ],
  },
  'nanoarb-crash-loop': {
    service: 'docker/nanoarb',
    says: [
      /✖ down: restart loop: \d+ exits in .*back-off .*exit 1/,
      /<p> shows why nanoarb ended; <t> stops the restart loop/,
      /last lines before the end:/,
      /│ .*config/i,
      /restart policy unless-stopped, restarted \d+ times/,
    ],
  },
  'nanoarb-oom': {
    service: 'docker/nanoarb',
    says: [/out of memory/, /limit 4GiB/, /raise .*memory and swap limit/, /\d\d:\d\d:\d\d out of memory, \d+ in all/],
  },
  'nanoarb-stalled': {
    service: 'docker/nanoarb',
    says: [/▲ degraded: healthy, but idle: \w+ at 0\/s/, /then <r> restarts it; its counters start from 0/],
  },
  'openalgo-strategy-oom': {
    service: 'openalgo/openalgo',
    says: [/a process inside was killed, out of memory.*the container keeps running/, /<l> shows which process died/],
  },
  'openalgo-threads': {
    service: 'openalgo/openalgo',
    says: [/up, but no more threads can be created/, /OPENBLAS_NUM_THREADS/, /│ .*OpenBLAS/, /Docker says healthy/],
  },
  'openalgo-ws-dead': {
    service: 'openalgo/openalgo',
    says: [
      /Docker says healthy, but ws:\/\/127\.0\.0\.1:\d+: connection refused/,
      /a process inside may be gone: <o> lists the processes/,
      /Docker says healthy, but it fails from outside/,
      /✓ \d\d:\d\d:\d\d HTTP 200 .*"pass"/,
    ],
  },
  'trading-api-exit': {
    service: 'trading/api',
    says: [
      /✖ down: exit 1.*; db had started only .* before: probably not ready yet/,
      /<t> starts api \(no restart policy/,
    ],
  },
  'maricusco-redis-down': {
    service: 'maricusco/app',
    says: [
      /✖ redis down: exit 137, killed on request/,
      /DO +:start maricusco\/redis starts redis; .*check app/,
      /BLOCKS 1: app/,
      /└ ▲ app degraded: unhealthy/,
      /from .*redis.* earlier/,
    ],
  },
  'maricusco-probe-timeouts': {
    service: 'maricusco/app',
    says: [/▲ degraded: .*timed out after 2s/, /a restart does not help/, /exit -1 .*Health check exceeded timeout/],
  },
  'exness-migrate-failed': {
    service: 'exness/db-migrate',
    says: [
      /✖ down: job failed: exit 1/,
      /<l> shows why db-migrate failed; fix it, then start it again with <t>; then start backend/,
      /BLOCKS 6: backend, dbstorage, engine, prisma-studio, snap-shotting, web/,
      /last lines before the end:/,
    ],
  },
  'redis-oom': {
    service: 'exness/redis',
    says: [/✖ down: exit 137, out of memory/, /<t> starts redis/, /BLOCKS \d: .*price-poller/],
  },
  'exness-price-poller': {
    service: 'exness/price-poller',
    after: 90_000,
    says: [/▲ degraded: up, but no longer receives anything from the network/, /<r> restarts price-poller/],
  },
  'exness-engine-restart': {
    service: 'exness/engine',
    says: [
      /▲ degraded: restarted on request; lost: open orders and balances/,
      /earlier, from engine events:/,
      /\d\d:\d\d:\d\d ended: stopped/,
    ],
  },
  'host-reboot': {
    service: 'exness/backend',
    says: [
      /✖ redis down: exit 255, error or engine crash/,
      /DO +:start exness\/redis starts redis \(no restart policy: it does not come back by itself\)/,
      /└ .* backend (down|degraded)/,
      /from depends_on/,
      /elsewhere: \d+ other problems/,
    ],
  },
  'disk-full': {
    service: 'exness/postgres',
    says: [/up, but the disk is full/, /DO +the disk is full: :prune images prunes dangling images, never volumes/],
  },
};

let mounted: MountedConsole | undefined;

afterEach(async () => {
  await mounted?.close();
  mounted = undefined;
});

async function openDesk(options: MountOptions): Promise<MountedConsole> {
  // Drawn rarely: much time passes here between two looks at the screen.
  mounted = await mountConsole({ settings: { screen: { frames: 0.5 } }, ...options });
  await mounted.shows('exness/redis');
  return mounted;
}

describe('the health pane in each incident of the simulated engine', () => {
  it('covers them all', () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(incidentNames).sort());
  });

  it.each(Object.entries(CASES))('%s', async (incident, { service, says, after }) => {
    const desk = await openDesk(after === undefined ? { incident } : {});
    await desk.type(`:health ${service}\r`);
    await desk.shows(`Health(${service.split('/')[1]})`);
    if (after !== undefined) {
      await desk.pass(after);
      desk.simulator.play(incident);
    }
    // Rows that were wrapped are read as one line.
    await desk.shows((text) => says.every((words) => words.test(unwrapped(text))), 10 * 60_000);
  });

  it('shows the one cause while a healthy service is selected, and all causes on a key', async () => {
    const desk = await openDesk({ incident: 'redis-oom' });
    await desk.type(':health trading/db\r');
    await desk.shows(/● running[\s\S]*elsewhere: 1 other problem \(exness\/redis down\) blocks \d/);
    await desk.press('w');
    const screen = await desk.shows(/Health\(desk\)[\s\S]*exness\/redis down: exit 137/);
    expect(screen).toMatch(/BLOCKS \d: .*price-poller/);
    await desk.press('space');
    await desk.shows(/└ .*price-poller .*\n.*from depends_on redis/);
  });
});

/** The text of the pane with its wrapped rows put together again: those are indented by two cells more. */
function unwrapped(screen: string): string {
  return screen.replace(/ *│\n│ THEN +/g, '; ').replace(/ *│\n│ {3,}(?=\S)/g, ' ');
}
