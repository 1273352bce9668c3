import type { ContainerDetail, ContainerFacts, EngineEvent } from '../../source/engine/facts.ts';
import { containerId } from '../../source/lib/ids.ts';

/**
 * Builders of engine facts for tests: a container as Docker would tell it, with what the test is about laid over it.
 * Times are ms since the epoch; NOON is the present of every test that does not say otherwise.
 */
export const NOON = Date.UTC(2026, 0, 15, 12, 0, 0);
export const SECOND = 1000;
export const MINUTE = 60_000;

export type Over = Partial<Omit<ContainerFacts, 'detail'>> & { detail?: Partial<ContainerDetail> | null };

/** What inspect tells of a container about which nothing is special. */
export const DETAIL: ContainerDetail = {
  startedAt: NOON - 60 * MINUTE,
  error: '',
  oomKilled: false,
  pid: 4711,
  restartCount: 0,
  restartPolicy: { name: 'unless-stopped', maximumRetries: 0 },
  limits: {},
  tty: false,
  entrypoint: [],
  command: ['server'],
  env: [],
  user: '',
  networkMode: 'default',
  logDriver: 'json-file',
  logOptions: {},
  failingStreak: 0,
  probes: [],
};

/** A container that has been running for an hour, without a health check; `detail: null` leaves its inspect out. */
export function container(name: string, over: Over = {}): ContainerFacts {
  const { detail, ...rest } = over;
  return {
    id: containerId(`id-${name}`),
    name,
    image: `${name}:1`,
    imageId: 'sha256:1',
    command: 'server',
    labels: {},
    created: NOON - 120 * MINUTE,
    state: 'running',
    health: 'none',
    status: 'Up 1 hour',
    ports: [],
    mounts: [],
    attachments: [],
    ...rest,
    ...(detail === null ? {} : { detail: { ...DETAIL, ...detail } }),
  };
}

/** A container as a list shows it, without its inspect; `id` serves as its name, too. */
export function listed(id: string, over: Over = {}): ContainerFacts {
  return container(id, { id: containerId(id), detail: null, ...over });
}

/** A container of a compose service, named as the five stacks name theirs, in its project's network. */
export function compose(
  project: string,
  service: string,
  over: Over & { number?: number; dependsOn?: string } = {},
): ContainerFacts {
  const { number = 1, dependsOn, labels, ...rest } = over;
  const name = rest.name ?? (number === 1 ? `${project}-${service}` : `${project}-${service}-${number}`);
  return container(name, {
    image: `${project}/${service}:1`,
    attachments: [{ network: `${project}-network`, aliases: [service, name] }],
    ...rest,
    labels: {
      'com.docker.compose.project': project,
      'com.docker.compose.service': service,
      'com.docker.compose.container-number': String(number),
      'com.docker.compose.oneoff': 'False',
      ...(dependsOn === undefined ? {} : { 'com.docker.compose.depends_on': dependsOn }),
      ...labels,
    },
  });
}

/** The same container after it ended. */
export function exited(
  facts: ContainerFacts,
  exitCode: number,
  over: Partial<ContainerDetail> & { at?: number } = {},
): ContainerFacts {
  const { at = NOON, ...detail } = over;
  return {
    ...facts,
    state: 'exited',
    health: facts.health === 'none' ? 'none' : 'unhealthy',
    exitCode,
    ...(facts.detail ? { detail: { ...facts.detail, finishedAt: at, pid: 0, ...detail } } : {}),
  };
}

/** The same container, made but never started: a new one is younger than what it waits for. */
export function neverStarted(facts: ContainerFacts, over: Partial<ContainerDetail> = {}): ContainerFacts {
  const detail = facts.detail && { ...facts.detail, startedAt: undefined, pid: 0, ...over };
  return { ...facts, state: 'created', created: NOON - 10 * MINUTE, exitCode: 0, ...(detail ? { detail } : {}) };
}

/** An event of this container, with its labels among the attributes as Docker sends them. */
export function event(
  facts: ContainerFacts,
  action: string,
  at = NOON,
  attributes: Readonly<Record<string, string>> = {},
): EngineEvent {
  return {
    at,
    type: 'container',
    action,
    id: facts.id,
    name: facts.name,
    attributes: { image: facts.image, name: facts.name, ...facts.labels, ...attributes },
  };
}

/** A health check with `count` probes that all ended alike, the last one just now. */
export function probed(
  facts: ContainerFacts,
  health: 'healthy' | 'unhealthy' | 'starting',
  probe: { exitCode: number; output: string },
  count = 5,
  streak = health === 'healthy' ? 0 : count,
): ContainerFacts {
  const interval = 30 * SECOND;
  const probes = Array.from({ length: Math.min(count, 5) }, (_, index, all = Math.min(count, 5)) => {
    const end = NOON - (all - 1 - index) * interval;
    return { start: end - 100, end, ...probe };
  });
  const healthCheck = {
    test: ['CMD-SHELL', 'curl -f http://localhost:9090/health || exit 1'],
    interval,
    timeout: 10 * SECOND,
    startPeriod: 5 * SECOND,
    retries: 3,
  };
  return {
    ...facts,
    health,
    ...(facts.detail ? { detail: { ...facts.detail, healthCheck, probes, failingStreak: streak } } : {}),
  };
}
