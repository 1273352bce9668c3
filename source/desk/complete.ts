import type { ContainerDetail, ContainerFacts, ContainerState, EngineEvent, Health } from '../engine/facts.ts';

/**
 * The border of the desk: facts of an engine that leaves fields out (podman, old engines) or answers null are completed here, so
 * that everything behind it may trust its types. What is missing becomes unknown, empty or undefined, never a guess.
 */

const STATES: readonly string[] = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
  'unknown',
];
const HEALTHS: readonly string[] = ['none', 'starting', 'healthy', 'unhealthy', 'unknown'];

/** Senders repeat what did not change: the same object is completed once. */
const containers = new WeakMap<Fields, ContainerFacts>();
const details = new WeakMap<Fields, ContainerDetail>();

/** A copy whose fields all have the type they should; undefined for what has no id and so cannot be anything. */
export function completeContainer(given: unknown): ContainerFacts | undefined {
  const facts = record(given);
  const known = containers.get(facts) ?? completed(facts);
  if (known) containers.set(facts, known);
  return known;
}

function completed(facts: Fields): ContainerFacts | undefined {
  const id = text(facts.id);
  if (!id) return undefined;
  return {
    id,
    name: text(facts.name) || id.slice(0, 12),
    image: text(facts.image),
    imageId: text(facts.imageId),
    ...(facts.imageReplaced === true ? { imageReplaced: true } : {}),
    command: text(facts.command),
    labels: words(facts.labels),
    created: number(facts.created) ?? 0,
    state: STATES.includes(text(facts.state)) ? (facts.state as ContainerState) : 'unknown',
    health: HEALTHS.includes(text(facts.health)) ? (facts.health as Health) : 'unknown',
    status: text(facts.status),
    exitCode: number(facts.exitCode),
    ports: list(facts.ports).map((port) => ({
      container: number(port.container) ?? 0,
      protocol: text(port.protocol) || 'tcp',
      ...(number(port.host) === undefined ? {} : { host: number(port.host) }),
      ...(text(port.address) ? { address: text(port.address) } : {}),
    })),
    mounts: list(facts.mounts).map((mount) => ({
      type: text(mount.type),
      ...(text(mount.name) ? { name: text(mount.name) } : {}),
      source: text(mount.source),
      target: text(mount.target),
      writable: mount.writable === true,
    })),
    attachments: list(facts.attachments).map((attachment) => ({
      network: text(attachment.network),
      ...(text(attachment.address) ? { address: text(attachment.address) } : {}),
      aliases: strings(attachment.aliases),
    })),
    ...(facts.detail ? { detail: detailOf(record(facts.detail)) } : {}),
  };
}

function detailOf(given: Fields): ContainerDetail {
  const known = details.get(given) ?? completeDetail(given);
  details.set(given, known);
  return known;
}

function completeDetail(detail: Fields): ContainerDetail {
  const policy = record(detail.restartPolicy);
  const limits = record(detail.limits);
  const check = detail.healthCheck ? record(detail.healthCheck) : undefined;
  return {
    startedAt: number(detail.startedAt),
    finishedAt: number(detail.finishedAt),
    error: text(detail.error),
    oomKilled: detail.oomKilled === true,
    pid: number(detail.pid) ?? 0,
    restartCount: number(detail.restartCount) ?? 0,
    restartPolicy: { name: text(policy.name) || 'unknown', maximumRetries: number(policy.maximumRetries) ?? 0 },
    limits: {
      memory: number(limits.memory),
      memorySwap: number(limits.memorySwap),
      cpus: number(limits.cpus),
      pids: number(limits.pids),
    },
    stopTimeoutSeconds: number(detail.stopTimeoutSeconds),
    stopSignal: text(detail.stopSignal) || undefined,
    tty: detail.tty === true,
    entrypoint: strings(detail.entrypoint),
    command: strings(detail.command),
    env: strings(detail.env),
    user: text(detail.user),
    networkMode: text(detail.networkMode),
    logDriver: text(detail.logDriver),
    logOptions: words(detail.logOptions),
    healthCheck: check && {
      test: strings(check.test),
      interval: number(check.interval) ?? 0,
      timeout: number(check.timeout) ?? 0,
      startPeriod: number(check.startPeriod) ?? 0,
      startInterval: number(check.startInterval),
      retries: number(check.retries) ?? 0,
    },
    failingStreak: number(detail.failingStreak) ?? 0,
    probes: list(detail.probes).map((probe) => ({
      start: number(probe.start) ?? 0,
      end: number(probe.end) ?? number(probe.start) ?? 0,
      exitCode: number(probe.exitCode) ?? Number.NaN,
      output: text(probe.output),
    })),
  };
}

export function completeEvent(given: unknown): EngineEvent | undefined {
  const event = record(given);
  const at = number(event.at);
  if (at === undefined) return undefined;
  return {
    at,
    type: text(event.type),
    action: text(event.action),
    id: text(event.id),
    name: text(event.name),
    attributes: words(event.attributes),
  };
}

/** Whether two pieces of plain data say the same; shared parts cost nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  const left = record(a);
  const right = record(b);
  for (const key in left) if (!same(left[key], right[key])) return false;
  for (const key in right) if (right[key] !== undefined && !(key in left)) return false;
  return true;
}

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(record) : [];
}
function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
function words(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value)).filter((entry) => typeof entry[1] === 'string')) as Record<
    string,
    string
  >;
}
