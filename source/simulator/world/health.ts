import { hexId } from './random.ts';
import { runInside } from './shell.ts';
import type { Container, Health, HealthConfig, World } from './types.ts';
import { changed, emitEvent, isRunning, later, nextSerial } from './world.ts';

/** Health checks as in moby's daemon/health.go: one probe per interval, a failing streak, a log of five. */

const KEPT = 5;
const DEFAULTS = { interval: 30_000, timeout: 30_000, retries: 3 };

/** Starts probing a container that has just started; `status` applies until the first result. */
export function superviseHealth(world: World, container: Container, status: Health['status'] = 'starting'): void {
  const check = container.config.Healthcheck;
  if (!check?.Test?.length || check.Test[0] === 'NONE') return;
  container.health = { status, streak: 0, log: container.health?.log ?? [] };
  probeLater(world, container, check);
}

/** When its health monitor stops, the engine marks a container unhealthy without an event (CloseMonitorChannel). */
export function stopHealth(container: Container): void {
  if (!container.health) return;
  container.health = { ...container.health, status: 'unhealthy', streak: 0 };
}

/** `wait`: ms until the next probe, if not the interval. */
export function probeLater(world: World, container: Container, check: HealthConfig, wait?: number): void {
  const { run } = container.state;
  const { health } = container;
  later(world, wait ?? milliseconds(check.Interval, DEFAULTS.interval), () => {
    const same = container.state.run === run && container.health === health && isRunning(container);
    if (same) probe(world, container, check);
  });
}

/** Docker's nanoseconds to ms; 0 and undefined mean the default. */
function milliseconds(value: number | undefined, standard: number): number {
  return value ? value / 1e6 : standard;
}

function probe(world: World, container: Container, check: HealthConfig): void {
  const { health } = container;
  if (!health) return;
  const argv = commandOf(check.Test ?? []);
  const execID = hexId(world.seed, 'probe', nextSerial(world));
  emitEvent(world, container, `exec_create: ${argv.join(' ')}`, { execID });
  emitEvent(world, container, `exec_start: ${argv.join(' ')}`, { execID });
  const timeout = milliseconds(check.Timeout, DEFAULTS.timeout);
  const outcome = runInside(world, container, argv);
  const took = outcome.ms ?? 40;
  const late = took > timeout;
  const exitCode = late ? -1 : outcome.exitCode;
  const output = late
    ? `Health check exceeded timeout (${timeout / 1000}s)`
    : (outcome.output + (outcome.errors ?? '')).slice(0, 4096);
  const start = world.now;
  const { run } = container.state;
  later(world, Math.min(took, timeout), () => {
    if (container.state.run !== run || container.health !== health || !isRunning(container)) return;
    if (!late) emitEvent(world, container, 'exec_die', { execID, exitCode: String(exitCode) });
    health.log = [...health.log, { start, end: world.now, exitCode, output }].slice(-KEPT);
    judge(world, container, health, check, exitCode === 0);
    probeLater(world, container, check);
  });
}

function commandOf(test: readonly string[]): string[] {
  const [kind, ...rest] = test;
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', rest.join(' ')] : rest;
}

function judge(world: World, container: Container, health: Health, check: HealthConfig, good: boolean): void {
  const before = health.status;
  const started = container.state.startedAt ?? world.now;
  if (good) {
    health.streak = 0;
    health.status = 'healthy';
  } else if (before !== 'starting' || world.now - started >= milliseconds(check.StartPeriod, 0)) {
    health.streak += 1;
    if (health.streak >= (check.Retries || DEFAULTS.retries)) health.status = 'unhealthy';
  }
  changed(container);
  if (health.status !== before) emitEvent(world, container, `health_status: ${health.status}`);
}
