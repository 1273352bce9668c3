import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import type { Clock } from '../../source/lib/clock.ts';
import { Console } from '../../source/panes/console/Console.tsx';
import { allGroups } from '../../source/panes/registry.ts';
import { ServicesContext } from '../../source/panes/shared/services.ts';
import { createHost } from '../../source/runtime/host.ts';
import { SettingsSchema } from '../../source/settings/schema.ts';
import { incidentNames, type Simulator, startSimulator } from '../../source/simulator/simulator.ts';
import { KeyRouter } from '../../source/ui/key-router.ts';
import { KeyContext } from '../../source/ui/use-keys.tsx';
import { type Rendered, renderAt } from '../harness/render.tsx';

/**
 * The incidents, played by the simulated engine before a whole console in an emulated terminal: what its health pane says. Both
 * live by a clock that runs faster than the wall's, for some incidents show only after minutes.
 */

type Case = {
  service: string;
  /** What the pane must say, at the same time. */
  says: RegExp[];
  /** Watched in peace for so long (ms of the fast clock) before it begins: by default it began before the console. */
  after?: number;
};

const CASES: Readonly<Record<string, Case>> = {
  'nanoarb-curl-missing': {
    service: 'docker/nanoarb',
    says: [
      /▲ degraded: Docker says unhealthy, but http:.*answers 200/,
      /next: mend the health check of nanoarb: curl is not in the image\. Do not restart/,
      /they disagree: Docker says unhealthy, but from outside it answers/,
      /✓ \d\d:\d\d:\d\d HTTP 200 .*\{"status":"ok"/,
      /the probe itself is at fault: curl is not in the image/,
      /✖ \d\d:\d\d:\d\d exit \d+ .*curl: not found/,
      /check: curl -f .*\/health/,
      /every 30s, timeout 10s, 3 retries, start period 5s/,
    ],
  },
  'nanoarb-crash-loop': {
    service: 'docker/nanoarb',
    says: [
      /✖ down: restart loop: \d+ exits in .*back-off .*exit 1/,
      /<p> shows why nanoarb ended; <t> stops the loop/,
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
    says: [
      /▲ degraded: healthy, but does no work: \w+ stands at 0\/s/,
      /then <r> restarts it; its counters start from 0/,
    ],
  },
  'openalgo-strategy-oom': {
    service: 'openalgo/openalgo',
    says: [/a process inside was killed, out of memory.*the container runs on/, /<l> shows which process died/],
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
      /they disagree: Docker says healthy, but from outside/,
      /✓ \d\d:\d\d:\d\d HTTP 200 .*"pass"/,
    ],
  },
  'trading-api-exit': {
    service: 'trading/api',
    says: [
      /✖ down: exit 1; db had started only .* before: probably not ready yet/,
      /<t> starts api \(no restart policy/,
    ],
  },
  'maricusco-redis-down': {
    service: 'maricusco/app',
    says: [
      /✖ redis down: exit 137, killed on request/,
      /next, on redis: <t> starts redis; check app/,
      /▸ blocks 1: app/,
      /└ ▲ app degraded: unhealthy/,
      /known from .*redis.* earlier/,
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
      /<l> shows why db-migrate failed; mend it, run it again with <t>; then start backend/,
      /▸ blocks 6: backend, dbstorage, engine, prisma-studio, snap-shotting, web/,
      /last lines before the end:/,
    ],
  },
  'redis-oom': {
    service: 'exness/redis',
    says: [/✖ down: exit 137, out of memory/, /<t> starts redis/, /▸ blocks \d: .*price-poller/],
  },
  'exness-price-poller': {
    service: 'exness/price-poller',
    after: 90_000,
    says: [/▲ degraded: up, but receives nothing from the network any more/, /<r> restarts price-poller/],
  },
  'exness-engine-restart': {
    service: 'exness/engine',
    says: [/● running/, /remembered from the events:/, /\d\d:\d\d:\d\d ended: stopped/],
  },
  'host-reboot': {
    service: 'exness/backend',
    says: [
      /✖ redis down: exit 255, error or engine stopped under it/,
      /<t> starts redis \(no restart policy: it does not come back by itself\)/,
      /└ .* backend (down|degraded)/,
      /known from depends_on/,
      /elsewhere: \d+ causes/,
    ],
  },
  'disk-full': {
    service: 'exness/postgres',
    says: [/up, but the disk is full/, /:disk, then <shift-x> prunes dangling images; never volumes/],
  },
};

const FASTER = 20;

/** The wall's clock, so many times as fast. */
function fastClock(): Clock {
  const began = Date.now();
  return {
    now: () => began + (Date.now() - began) * FASTER,
    after(ms, run) {
      const timer = setTimeout(run, ms / FASTER);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

const ending: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function openDesk(clock: Clock, { socketPath }: Simulator): Promise<Rendered> {
  const home = mkdtempSync(join(tmpdir(), 'deskhand-health-'));
  ending.push(() => rmSync(home, { recursive: true, force: true }));
  const host = createHost({
    endpoint: resolveEndpoint({ flags: { host: `unix://${socketPath}` }, env: {}, home }),
    settings: parse(SettingsSchema, { screen: { frames: 0.5 }, audit: { directory: home } }),
    clock,
    env: { HOME: home, XDG_STATE_HOME: home },
    write: () => {},
    quit: () => {},
  });
  ending.push(() => host.close());
  const keys = { router: new KeyRouter(), bound: new Map(allGroups.map((group) => [group.name, group])) };
  const screen = await renderAt(
    160,
    50,
    <ServicesContext value={host}>
      <KeyContext value={keys}>
        <Console />
      </KeyContext>
    </ServicesContext>,
  );
  ending.push(() => screen.unmount());
  return screen;
}

describe('the health pane in each incident of the simulated engine', () => {
  it('covers them all', () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(incidentNames).sort());
  });

  it.each(Object.entries(CASES))('%s', async (incident, { service, says, after }) => {
    const clock = fastClock();
    const simulator = await startSimulator({ clock, ...(after === undefined ? { incident } : {}) });
    ending.push(() => simulator.close());
    const screen = await openDesk(clock, simulator);
    await screen.waitFor('exness/redis');
    screen.type(`:health ${service}\r`);
    await screen.waitFor(`Health(${service.split('/')[1]})`);
    if (after !== undefined) {
      await new Promise<void>((resolve) => clock.after(after, resolve));
      simulator.play(incident);
    }
    // Rows that were wrapped are read as one line.
    await screen.waitFor((text) => says.every((words) => words.test(unwrapped(text))), { timeoutMs: 45_000 });
  });

  it('shows the one cause while a healthy service is selected, and all causes on a key', async () => {
    const clock = fastClock();
    const simulator = await startSimulator({ clock, incident: 'redis-oom' });
    ending.push(() => simulator.close());
    const screen = await openDesk(clock, simulator);
    await screen.waitFor('exness/redis');
    screen.type(':health trading/db\r');
    await screen.waitFor(/● running[\s\S]*elsewhere: 1 cause \(exness\/redis down\) blocks \d/);
    screen.press('w');
    const desk = await screen.waitFor(/Health\(desk\)[\s\S]*exness\/redis down: exit 137/);
    expect(desk).toMatch(/▸ blocks \d: .*price-poller/);
    screen.press('space');
    await screen.waitFor(/└ .*price-poller .*\n.*known from depends_on redis/);
  });
});

/** The text of the pane with its wrapped rows put together again: those are indented by two cells more. */
function unwrapped(screen: string): string {
  return screen.replace(/ *│\n│ {3,}(?=\S)/g, ' ');
}
