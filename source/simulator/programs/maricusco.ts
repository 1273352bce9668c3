import { MARICUSCO, MARICUSCO_BUSY, maricuscoFailing, structlog } from '../logs/python.ts';
import { type Dependencies, maricuscoMetrics } from '../metrics/maricusco.ts';
import { memoryInUse, readMeter } from '../world/meter.ts';
import type { Container, HttpAnswer, Program, World } from '../world/types.ts';
import { reaches } from './peers.ts';

const MB = 2 ** 20;

function dependencies(container: Container, world: World): Dependencies {
  return {
    postgres: reaches(world, container, 'postgres'),
    redis: reaches(world, container, 'redis'),
    chromadb: reaches(world, container, 'chromadb'),
  };
}

/** Under load /health takes longer than the check's two seconds most of the time, but not always: it flaps. */
function healthTime(container: Container, world: World): number {
  if (!container.faults.has('busy')) return 180;
  return Math.sin(world.now / 28_000) > -0.35 ? 2_700 : 1_400;
}

function health(container: Container, world: World): HttpAnswer {
  const up = dependencies(container, world);
  const good = !Object.values(up).includes(false);
  const checks = Object.fromEntries(Object.entries(up).map(([name, ok]) => [name, ok ? 'ok' : 'connection refused']));
  const body = JSON.stringify({ status: good ? 'healthy' : 'unhealthy', checks });
  return { status: good ? 200 : 503, body, type: 'application/json', ms: healthTime(container, world) };
}

/** Fault `busy`: more work than its two CPUs can do; the load comes from outside, so a restart does not end it. */
export const MARICUSCO_APP: Program = {
  name: 'maricusco',
  user: 'app',
  processes: () => [
    { command: 'python -m uvicorn maricusco.api.main:app --host 0.0.0.0 --port 8000', share: 0.7 },
    { command: 'python -c from multiprocessing.resource_tracker import main;main(5)', share: 0.05 },
    { command: 'python -c from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=6)', share: 0.25 },
  ],
  mood(container, world) {
    const missing = Object.entries(dependencies(container, world)).find(([, ok]) => !ok);
    return missing?.[0] ?? (container.faults.has('busy') ? 'busy' : 'normal');
  },
  load(mood) {
    const usual = { cpu: 31, memory: 1_320 * MB, cache: 210 * MB, receive: 58e3, send: 36e3, write: 3e3, pids: 34 };
    return mood === 'busy' ? { ...usual, cpu: 197, swing: 0.01, receive: 390e3, pids: 58 } : usual;
  },
  voice(mood) {
    if (mood === 'normal') return MARICUSCO;
    return mood === 'busy' ? MARICUSCO_BUSY : maricuscoFailing(mood);
  },
  boot: (_, { now }) => [
    { after: 900, text: 'INFO:     Started server process [1]' },
    { after: 2_100, text: structlog(now + 2_100, 'info', 'application startup complete') },
    { after: 2_140, text: 'INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)' },
  ],
  turn: (from) => (from === 'normal' ? [] : [{ after: 30, text: 'INFO:     dependencies reachable again' }]),
  stop: { ms: 900, exitCode: 0, words: () => [{ after: 20, text: 'INFO:     Shutting down' }] },
  http({ path, port }, container, world) {
    if (port !== 8000) return undefined;
    if (path === '/health') return health(container, world);
    if (path !== '/metrics') return { status: 404, body: '{"detail":"Not Found"}', type: 'application/json' };
    const { work, cpu } = readMeter(container.meter, container.load, world.now);
    const body = maricuscoMetrics(
      work,
      container.state.startedAt ?? 0,
      cpu / 1e9,
      memoryInUse(container, world.now),
      dependencies(container, world),
    );
    return { status: 200, body, type: 'text/plain; version=0.0.4; charset=utf-8' };
  },
  lasting: ['busy'],
  endpoints: { port: 8000, labels: { 'deskhand.metrics.url': '/metrics', 'deskhand.health.url': '/health' } },
};
