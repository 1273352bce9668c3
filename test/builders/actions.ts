import type { Audit } from '../../source/actions/audit/file.ts';
import type { AuditRecord } from '../../source/actions/audit/record.ts';
import type { GuardInput } from '../../source/actions/guard.ts';
import type { Desk, Service } from '../../source/desk/model.ts';
import { initialState } from '../../source/desk/reduce.ts';
import type { DeskState } from '../../source/desk/state.ts';
import { type Engine, type EngineChanges, EngineError } from '../../source/engine/engine.ts';
import type { ContainerDetail, ContainerFacts } from '../../source/engine/facts.ts';

const detail: ContainerDetail = {
  startedAt: 1000,
  error: '',
  oomKilled: false,
  pid: 1,
  restartCount: 0,
  restartPolicy: { name: 'no', maximumRetries: 0 },
  limits: {},
  tty: false,
  entrypoint: [],
  command: [],
  env: [],
  user: '',
  networkMode: 'bridge',
  logDriver: 'json-file',
  logOptions: {},
  failingStreak: 0,
  probes: [],
};

export type Changes = Partial<Omit<ContainerFacts, 'detail'>> & { detail?: Partial<ContainerDetail> };

/** A running container without a health check, but for what is told. */
export function container(name: string, changes: Changes = {}): ContainerFacts {
  return {
    id: `id-${name}`,
    name,
    image: 'image:1',
    imageId: 'sha256:1',
    command: 'run',
    labels: {},
    created: 0,
    state: 'running',
    health: 'none',
    status: 'Up',
    ports: [],
    mounts: [],
    attachments: [],
    ...changes,
    detail: { ...detail, ...changes.detail },
  };
}

export function service(project: string, name: string, changes: Partial<Service> = {}): Service {
  const containers = changes.containers ?? [container(`${project}-${name}`)];
  return {
    id: `compose:${project}/${name}`,
    kind: 'compose',
    name,
    project,
    containers,
    job: false,
    running: containers.length,
    wanted: containers.length,
    health: 'none',
    restarts: 0,
    ports: [],
    image: 'image:1',
    created: 0,
    dependsOn: [],
    verdict: { level: 'ok', code: 'running', reason: '' },
    blocks: [],
    ...changes,
  };
}

/** The desk of these services; dependencies are given their service's id. */
export function deskOf(given: readonly Service[]): { desk: Desk; state: DeskState } {
  const services = given.map((one) => ({
    ...one,
    dependsOn: one.dependsOn.map((link) => ({
      ...link,
      serviceId: given.find(({ name, project }) => name === link.service && project === one.project)?.id,
    })),
  }));
  const containers = services.flatMap((one) => one.containers);
  const names = [...new Set(services.flatMap((one) => one.project ?? []))];
  const verdict = { level: 'ok', code: 'running', reason: '' } as const;
  const desk: Desk = {
    services,
    byId: new Map(services.map((one) => [one.id, one])),
    ownerOf: new Map(services.flatMap((one) => one.containers.map((own) => [own.id, one.id] as const))),
    projects: names.map((name) => ({
      name,
      services: services.filter((one) => one.project === name).map((one) => one.id),
      verdict,
    })),
    verdict,
  };
  const state: DeskState = { ...initialState(0), containers: new Map(containers.map((own) => [own.id, own])) };
  return { desk, state };
}

/** An engine of containers that tests change at will; only the calls given in `calls` do anything. */
export function fakeEngine(
  containers: Map<string, ContainerFacts>,
  calls: Partial<Engine & EngineChanges>,
): Engine & EngineChanges {
  const read: Partial<Engine> = {
    async container(id) {
      const found = containers.get(id);
      if (found === undefined) throw new EngineError('not-found', `no such container: ${id}`, '', { status: 404 });
      return found;
    },
  };
  return new Proxy({} as Engine & EngineChanges, {
    get: (_target, name) =>
      Reflect.get({ ...read, ...calls }, name) ??
      (() => Promise.reject(new Error(`the fake engine has no ${String(name)}`))),
  });
}

/** An audit log in memory. */
export function memoryAudit(): Audit & { records: AuditRecord[] } {
  const records: AuditRecord[] = [];
  return {
    path: 'memory',
    records,
    async append(record) {
      records.push(record);
    },
  };
}

export const openGuard: GuardInput = { readonly: false, markets: [], conditions: [], now: 0, metric: () => undefined };
