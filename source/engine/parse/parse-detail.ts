import { constants } from 'node:os';
import { maskLabels, maskText } from '../../lib/secrets.ts';
import type { ContainerDetail, Health, HealthCheck, HealthProbe } from '../facts.ts';
import { type Fields, fields, list, number, positive, strings, text, texts, time } from './fields.ts';
import { boundPorts } from './parse-ports.ts';

/** The part of a container that is only in its inspect. */
export function parseDetail(entry: Fields): ContainerDetail {
  const state = fields(entry.State);
  const config = fields(entry.Config);
  const host = fields(entry.HostConfig);
  const log = fields(host.LogConfig);
  const health = healthOf(state);
  return {
    startedAt: time(state.StartedAt),
    finishedAt: time(state.FinishedAt),
    error: maskText(text(state.Error)),
    oomKilled: state.OOMKilled === true,
    pid: number(state.Pid) ?? 0,
    restartCount: number(entry.RestartCount) ?? 0,
    restartPolicy: parsePolicy(host.RestartPolicy),
    limits: parseLimits(host),
    publishes: boundPorts(host.PortBindings).filter(({ host: port }) => port !== undefined),
    stopTimeoutSeconds: number(config.StopTimeout),
    stopSignal: signalName(text(config.StopSignal)) || undefined,
    tty: config.Tty === true,
    entrypoint: texts(config.Entrypoint),
    command: texts(config.Cmd),
    env: texts(config.Env),
    user: text(config.User),
    networkMode: text(host.NetworkMode),
    ipcMode: text(host.IpcMode) || undefined,
    pidMode: text(host.PidMode) || undefined,
    autoRemove: host.AutoRemove === true || undefined,
    logDriver: text(log.Type),
    logOptions: maskLabels(strings(log.Config)),
    healthCheck: parseCheck(config),
    failingStreak: number(health.FailingStreak) ?? 0,
    probes: list(health.Log).map(parseProbe),
  };
}

/** `none` only if the engine says that there is no check; a check without a result yet is `unknown`. */
export function parseHealth(state: Fields, config: Fields): Health {
  const said = text(healthOf(state).Status).toLowerCase();
  if (said === 'starting' || said === 'healthy' || said === 'unhealthy') return said;
  return parseCheck(config) ? 'unknown' : 'none';
}

/** podman before 4.0 calls it Healthcheck. */
function healthOf(state: Fields): Fields {
  return fields(state.Health ?? state.Healthcheck);
}

function parsePolicy(value: unknown): ContainerDetail['restartPolicy'] {
  const policy = fields(value);
  return { name: text(policy.Name) || 'no', maximumRetries: number(policy.MaximumRetryCount) ?? 0 };
}

/** Zero means no limit throughout; a MemorySwap of -1 (unlimited swap) is kept, since it differs from "not set". */
function parseLimits(host: Fields): ContainerDetail['limits'] {
  const quota = positive(host.CpuQuota);
  const period = positive(host.CpuPeriod) ?? 100_000;
  const nano = positive(host.NanoCpus);
  return {
    memory: positive(host.Memory),
    memorySwap: number(host.MemorySwap) || undefined,
    cpus: nano ? nano / 1e9 : quota && quota / period,
    pids: positive(host.PidsLimit),
  };
}

/** Docker's defaults where a value is zero (docs.docker.com/reference/dockerfile: HEALTHCHECK). */
function parseCheck(config: Fields): HealthCheck | undefined {
  const check = fields(config.Healthcheck);
  const test = texts(check.Test);
  if (test.length === 0 || test[0] === 'NONE') return undefined;
  return {
    test,
    interval: milliseconds(check.Interval) ?? 30_000,
    timeout: milliseconds(check.Timeout) ?? 30_000,
    startPeriod: milliseconds(check.StartPeriod) ?? 0,
    startInterval: milliseconds(check.StartInterval),
    retries: positive(check.Retries) ?? 3,
  };
}

function milliseconds(nanoseconds: unknown): number | undefined {
  const count = positive(nanoseconds);
  return count && count / 1e6;
}

/** podman sends the number. */
function signalName(signal: string): string {
  if (!/^\d+$/.test(signal)) return signal;
  return Object.entries(constants.signals).find(([, value]) => value === Number(signal))?.[0] ?? signal;
}

/** Docker keeps 4 kB of a probe's output. */
const OUTPUT = 16_384;

function parseProbe(value: unknown): HealthProbe {
  const probe = fields(value);
  const start = time(probe.Start) ?? 0;
  return {
    start,
    end: time(probe.End) ?? start,
    exitCode: number(probe.ExitCode) ?? -1,
    output: maskText(text(probe.Output).slice(0, OUTPUT)),
  };
}
