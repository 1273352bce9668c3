import type { Step } from '../../source/desk/advice-words.ts';
import type { Level, VerdictCode } from '../../source/desk/model.ts';
import type { DeskMessage } from '../../source/desk/state.ts';
import type { ContainerFacts, Usage } from '../../source/engine/facts.ts';
import { containerId, serviceId } from '../../source/lib/ids.ts';
import { event, exited, MINUTE, NOON, neverStarted, probed, SECOND } from '../builders/facts.ts';
import { exness, maricusco, nanoarb, openalgo, type Stack, trading } from './stacks.ts';

/** The sixteen incidents of the operators' guide, as the engine's facts tell them. */
type Incident = {
  name: string;
  stack: Stack;
  /** What is told after the list, oldest first. */
  messages?: DeskMessage[];
  /** The service that is the cause, or the only one in trouble. */
  service: string;
  level: Level;
  code: VerdictCode;
  /** Words that its reason must hold. */
  reason: RegExp;
  since?: number;
  /** Services folded under it. */
  blocks?: string[];
  /** Words of the link between the first of `blocks` and the cause. */
  signal?: RegExp;
  advice: RegExp;
  does: Step;
};

const GIB = 1024 ** 3;
const at = (ms: number) => NOON + ms;
const happened = (facts: ContainerFacts | undefined, action: string, ms: number, attributes = {}): DeskMessage => {
  if (!facts) throw new Error('no such service in the stack');
  return { type: 'event', event: event(facts, action, at(ms), attributes) };
};
const die = (facts: ContainerFacts | undefined, exitCode: number, ms: number) =>
  happened(facts, 'die', ms, { exitCode: String(exitCode) });
const update = (container: ContainerFacts): DeskMessage => ({ type: 'container', at: NOON, container });
const usage = (facts: ContainerFacts | undefined, ms: number, more: Partial<Usage>): DeskMessage => ({
  type: 'usage',
  id: containerId(facts?.id ?? ''),
  usage: { at: at(ms), totals: { received: 0, sent: 0, read: 0, written: 0 }, ...more },
});
const rates = (received: number) => ({ rates: { received, sent: 0, read: 0, written: 0 } });
const broken = (stack: Stack, changes: Record<string, (facts: ContainerFacts) => ContainerFacts>): Stack =>
  Object.fromEntries(Object.entries(stack).map(([name, facts]) => [name, changes[name]?.(facts) ?? facts]));

const curlMissing = { exitCode: 127, output: '/bin/sh: curl: not found\n' };
const probeTimeout = { exitCode: -1, output: 'Health check exceeded timeout (2s)' };
const withNoCurl = broken(nanoarb(), { nanoarb: (facts) => probed(facts, 'unhealthy', curlMissing, 5, 412) });
const healthy = nanoarb();
const algo = openalgo();
const startedAgain = (facts: ContainerFacts | undefined, ms: number): ContainerFacts => {
  if (!facts?.detail) throw new Error('no such service in the stack');
  return { ...facts, detail: { ...facts.detail, startedAt: at(ms) } };
};
const looping = (count: number): DeskMessage[] =>
  Array.from({ length: count }, (_, n) => [
    happened(healthy.nanoarb, 'start', -60 * SECOND + n * 10 * SECOND),
    die(healthy.nanoarb, 1, -60 * SECOND + n * 10 * SECOND + 300),
  ]).flat();

export const INCIDENTS: Incident[] = [
  {
    name: '1 nanoarb: probe without curl, while it trades',
    stack: withNoCurl,
    messages: [
      {
        type: 'activity',
        serviceId: serviceId('compose:docker/nanoarb'),
        at: NOON,
        metric: 'nanoarb_events',
        perSecond: 950,
      },
      {
        type: 'probe',
        serviceId: serviceId('compose:docker/nanoarb'),
        probe: { url: 'http://127.0.0.1:9090/health', at: NOON, status: 200, latencyMs: 3 },
      },
    ],
    service: 'nanoarb',
    level: 'degraded',
    code: 'probe-disagrees',
    since: at(-60 * MINUTE),
    reason: /Docker says unhealthy, but .*answers 200.*curl is not in the image.*still works/,
    advice: /fix the health check.*curl.*A restart does not help/,
    does: 'describe',
  },
  {
    name: '1b the same, known from the health log alone',
    stack: withNoCurl,
    service: 'nanoarb',
    level: 'degraded',
    code: 'probe-broken',
    since: at(-60 * MINUTE),
    reason: /unhealthy: the probe cannot work, curl is not in the image/,
    advice: /A restart does not help/,
    does: 'describe',
  },
  {
    name: '2 nanoarb: crash loop on a bad configuration',
    stack: broken(healthy, {
      nanoarb: (facts) => ({ ...exited(facts, 1, { restartCount: 6 }), state: 'restarting', health: 'unhealthy' }),
    }),
    messages: looping(6),
    service: 'nanoarb',
    level: 'down',
    code: 'restart-loop',
    reason: /restart loop: 6 exits in 50s, back-off 3\.2s; exit 1/,
    since: at(-60 * SECOND + 300),
    advice: /`previous-logs` shows why.*`stop` stops the restart loop/,
    does: 'previous-logs',
  },
  {
    name: '2b the same, seen by a console that has just been opened',
    stack: broken(healthy, {
      nanoarb: (facts) => ({ ...exited(facts, 1, { restartCount: 14 }), state: 'restarting' }),
    }),
    service: 'nanoarb',
    level: 'down',
    code: 'restart-loop',
    reason: /restarted 14 times; exit 1/,
    advice: /stops the restart loop/,
    does: 'previous-logs',
  },
  {
    name: '3 nanoarb: out of memory at 4 GiB, restarted by its policy, with the flag forgotten',
    stack: healthy,
    messages: [
      usage(healthy.nanoarb, -31 * SECOND, { memory: 3.9 * GIB, memoryLimit: 4 * GIB }),
      happened(healthy.nanoarb, 'oom', -30 * SECOND),
      die(healthy.nanoarb, 137, -30 * SECOND + 40),
      happened(healthy.nanoarb, 'start', -29 * SECOND),
      update(startedAgain(healthy.nanoarb, -29 * SECOND)),
    ],
    service: 'nanoarb',
    level: 'degraded',
    code: 'oom-killed',
    since: at(-30 * SECOND + 40),
    reason: /ran out of memory and was restarted \(limit 4GiB, last use 3.9GiB\)/,
    advice: /raise its memory and swap limit/,
    does: 'limits',
  },
  {
    name: '3a the same, again and again',
    stack: broken(healthy, {
      nanoarb: (facts) => ({ ...exited(facts, 137, { oomKilled: true, restartCount: 9 }), state: 'restarting' }),
    }),
    service: 'nanoarb',
    level: 'down',
    code: 'restart-loop',
    reason: /restarted 9 times; exit 137, out of memory \(limit 4GiB\)/,
    advice: /raise the memory and swap limit/,
    does: 'stop',
  },
  {
    name: '3b an ordinary stop that ends in 137 too',
    stack: healthy,
    messages: [
      happened(healthy.nanoarb, 'kill', -10 * SECOND, { signal: '15' }),
      happened(healthy.nanoarb, 'kill', -200, { signal: '9' }),
      die(healthy.nanoarb, 137, -100),
      happened(healthy.nanoarb, 'stop', 0),
      update(exited(healthy.nanoarb as ContainerFacts, 137, { at: at(-100) })),
    ],
    service: 'nanoarb',
    level: 'down',
    code: 'stopped',
    since: at(-100),
    reason: /stopped; ignored the stop signal, killed after 10s \(exit 137\)/,
    advice: /`start` starts nanoarb/,
    does: 'start',
  },
  {
    name: '4 nanoarb: stalled, healthy for its probe',
    stack: healthy,
    messages: [
      {
        type: 'activity',
        serviceId: serviceId('compose:docker/nanoarb'),
        at: at(-5 * MINUTE),
        metric: 'nanoarb_events',
        perSecond: 0,
      },
    ],
    service: 'nanoarb',
    level: 'degraded',
    code: 'stalled',
    reason: /healthy, but idle: nanoarb_events at 0\/s/,
    since: at(-5 * MINUTE),
    advice: /save the log.*`restart` restarts/,
    does: 'logs',
  },
  {
    name: '5 openalgo: a strategy killed for memory inside the running container',
    stack: algo,
    messages: [happened(algo.openalgo, 'oom', -90 * SECOND)],
    service: 'openalgo',
    level: 'degraded',
    code: 'oom-inside',
    reason: /a process inside was killed, out of memory.*container keeps running/,
    since: at(-90 * SECOND),
    advice: /`logs` shows which process died/,
    does: 'logs',
  },
  {
    name: '6 openalgo: no more threads',
    stack: algo,
    messages: [
      usage(algo.openalgo, 0, { pids: 497 }),
      {
        type: 'lines',
        id: containerId('id-openalgo'),
        at: NOON,
        lines: ['OpenBLAS blas_thread_init: pthread_create failed for thread 3 of 8: Resource temporarily unavailable'],
      },
    ],
    service: 'openalgo',
    level: 'degraded',
    code: 'log-errors',
    since: NOON,
    reason: /no more threads can be created/,
    advice: /497 pids.*OPENBLAS_NUM_THREADS/,
    does: 'restart',
  },
  {
    name: '7 openalgo: WebSocket proxy gone, container healthy',
    stack: algo,
    messages: [
      {
        type: 'probe',
        serviceId: serviceId('compose:openalgo/openalgo'),
        probe: { url: 'tcp://127.0.0.1:8765', at: NOON, error: 'connection refused' },
      },
    ],
    service: 'openalgo',
    level: 'degraded',
    code: 'probe-disagrees',
    reason: /Docker says healthy, but tcp:\/\/127.0.0.1:8765: connection refused/,
    advice: /a process inside may be gone: `processes`/,
    does: 'processes',
  },
  {
    name: '8 trading: api started before its database was ready',
    stack: broken(trading(), {
      db: (facts) => ({ ...facts, detail: facts.detail && { ...facts.detail, startedAt: at(-5 * MINUTE) } }),
      api: (facts) => exited(facts, 1, { startedAt: at(-5 * MINUTE), at: at(-5 * MINUTE + 4 * SECOND) }),
    }),
    service: 'api',
    level: 'down',
    code: 'exited',
    reason: /exit 1; db had started only 4s before: probably not ready yet \(depends_on db \(service_started\)\)/,
    since: at(-5 * MINUTE + 4 * SECOND),
    advice: /`start` starts api \(no restart policy/,
    does: 'start',
  },
  {
    name: '9 maricusco: redis down, app unhealthy because of it',
    stack: broken(maricusco(), {
      redis: (facts) => exited(facts, 139, { at: at(-90 * SECOND) }),
      app: (facts) => probed(facts, 'unhealthy', { exitCode: 1, output: 'redis: Connection refused' }, 3),
    }),
    messages: [happened(maricusco().app, 'health_status: unhealthy', -30 * SECOND)],
    service: 'redis',
    level: 'down',
    code: 'exited',
    since: at(-90 * SECOND),
    reason: /exit 139, SIGSEGV/,
    blocks: ['app'],
    signal: /environment REDIS_URL names redis; 1m00s earlier/,
    advice: /`start` starts redis.*check app after/,
    does: 'start',
  },
  {
    name: '10 maricusco: probe times out under load',
    stack: broken(maricusco(), { app: (facts) => probed(facts, 'unhealthy', probeTimeout, 3) }),
    messages: [
      ...['unhealthy', 'healthy', 'unhealthy', 'healthy', 'unhealthy'].map((health, n) =>
        happened(maricusco().app, `health_status: ${health}`, (n - 5) * MINUTE),
      ),
      usage(maricusco().app, 0, { cpuPercent: 197 }),
    ],
    service: 'app',
    level: 'degraded',
    code: 'flapping',
    reason: /health is flapping: 5 changes in 10m: probe timed out after 2s/,
    since: at(-5 * MINUTE),
    advice: /CPU at 99% of its limit.*a restart does not help/,
    does: 'metrics',
  },
  {
    name: '11 exness: db-migrate failed, six services were never started',
    stack: broken(exness(), {
      'db-migrate': (facts) => exited(facts, 1, { at: at(-10 * MINUTE) }),
      backend: neverStarted,
      engine: neverStarted,
      dbstorage: neverStarted,
      'prisma-studio': neverStarted,
      web: neverStarted,
      'snap-shotting': neverStarted,
    }),
    service: 'db-migrate',
    level: 'down',
    code: 'job-failed',
    reason: /job failed: exit 1/,
    since: at(-10 * MINUTE),
    blocks: ['backend', 'dbstorage', 'engine', 'prisma-studio', 'snap-shotting', 'web'],
    signal: /depends_on db-migrate \(service_completed_successfully\)/,
    advice:
      /`logs` shows why db-migrate failed.*then start backend, dbstorage, engine, prisma-studio, snap-shotting, web/,
    does: 'logs',
  },
  {
    name: '12 exness: redis killed for memory, no restart policy, consumers up and complaining',
    stack: broken(exness(), { redis: (facts) => exited(facts, 137, { at: at(-2 * MINUTE), oomKilled: true }) }),
    messages: [
      {
        type: 'lines',
        id: containerId('id-exness-price-poller'),
        at: NOON,
        lines: ['published 42', 'Error: connect ECONNREFUSED 172.20.0.4:6379', '    at TCPConnectWrap.afterConnect'],
      },
    ],
    service: 'redis',
    level: 'down',
    code: 'oom-killed',
    reason: /exit 137, out of memory/,
    since: at(-2 * MINUTE),
    blocks: ['price-poller'],
    signal: /depends_on redis \(service_healthy\)/,
    advice: /`start` starts redis.*check price-poller, backend, .*engine.*web after/,
    does: 'start',
  },
  {
    name: '13 exness: price-poller disconnected, up and silent',
    stack: exness(),
    messages: [
      ...Array.from({ length: 8 }, (_, n) => usage(exness()['price-poller'], (n - 30) * 10 * SECOND, rates(12_000))),
      ...Array.from({ length: 23 }, (_, n) => usage(exness()['price-poller'], (n - 22) * 10 * SECOND, rates(3))),
    ],
    service: 'price-poller',
    level: 'degraded',
    code: 'stalled',
    reason: /no longer receives anything from the network/,
    since: at(-220 * SECOND),
    advice: /`restart` restarts price-poller/,
    does: 'restart',
  },
  {
    name: '15 host reboot: services are back, their databases are not',
    stack: broken(exness(), {
      redis: (facts) => exited(facts, 255, { at: at(-3 * MINUTE) }),
      backend: (facts) => ({ ...exited(facts, 1, { at: at(-5 * SECOND), restartCount: 9 }), state: 'restarting' }),
    }),
    service: 'redis',
    level: 'down',
    code: 'exited',
    since: at(-3 * MINUTE),
    reason: /exit 255, error or engine crash/,
    blocks: ['backend'],
    signal: /depends_on redis \(service_healthy\)/,
    advice: /`start` starts redis \(no restart policy: it does not come back by itself\).*check/,
    does: 'start',
  },
  {
    name: '16 disk full: a container cannot start',
    stack: broken(maricusco(), {
      grafana: (facts) =>
        neverStarted(facts, {
          error: 'failed to mount overlay: mkdir /var/lib/docker/overlay2/x: no space left on device',
        }),
    }),
    service: 'grafana',
    level: 'down',
    code: 'cannot-start',
    since: at(-10 * MINUTE),
    reason: /cannot start: no space left on the disk/,
    advice: /`prune-images` prunes dangling images, never volumes/,
    does: 'prune-images',
  },
];
