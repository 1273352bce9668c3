import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import type { Clock } from '../../source/lib/clock.ts';
import { createApi } from '../../source/simulator/api/server.ts';
import { listen, unlisten } from '../../source/simulator/listener.ts';
import { scriptProgram } from '../../source/simulator/programs/script.ts';
import { addContainer, addImage, addVolume } from '../../source/simulator/world/build.ts';
import { remove, start } from '../../source/simulator/world/lifecycle.ts';
import { kill, pause } from '../../source/simulator/world/signals.ts';
import type { Container, Image, World } from '../../source/simulator/world/types.ts';
import { advance, newWorld } from '../../source/simulator/world/world.ts';

/** What a container of a random desk is. */
export type MemberSpec = {
  state: 'running' | 'exited' | 'created' | 'paused';
  labels: Record<string, string>;
  policy: 'no' | 'always' | 'unless-stopped';
  autoRemove: boolean;
};

/** A service of a random desk; without a project its containers are services of their own. */
export type ServiceSpec = { name: string; project?: string; dependsOn?: string; members: readonly MemberSpec[] };

/** What someone else does at the moment of a call: to a container, by its place among all. */
export type Disturbance = {
  /** 0: after the plan was made; n: right before the n-th call that changes something. */
  at: number;
  victim: number;
  what: 'recreate' | 'start' | 'stop' | 'remove' | 'rename' | 'restart';
};

/** A call that changes something, with the container that it reached. */
export type SeenCall = {
  method: string;
  path: string;
  id: string;
  name: string;
  /** Audit records that were written before it. */
  records: number;
  /** What someone else did to it was done before it was last read. */
  readSince: boolean;
  /** It was read between the check of the whole plan, or the last call to it, and this call. */
  readBefore: boolean;
};

/** Told of every call that changes something before it is done, and of what a creation has made. */
type Heard = {
  change(call: Omit<SeenCall, 'records' | 'readSince' | 'readBefore'>): void;
  created(id: string): void;
  /** One container was read. */
  read(id: string): void;
};

const START = Date.UTC(2026, 10, 20, 9, 15);

/** A simulated engine whose containers tests choose, with real HTTP between it and deskhand. One for many desks. */
export async function openWorld() {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-desks-'));
  const socket = join(directory, 'engine.sock');
  let world = newWorld('desks', START);
  let heard: Heard = { change() {}, created() {}, read() {} };
  const clock: Clock = { now: () => world.now, after: (ms, run) => cancelling(setTimeout(run, ms)) };
  const api = { clock, gate: async () => true, world };
  const server = createApi(api);
  let busy = 0;
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').replace(/\?$/, '');
    const given = decodeURIComponent(path.split('/')[2]?.split('?')[0] ?? '');
    // A command in a container is a call to that container.
    const id = path.startsWith('/exec/') ? (world.execs.get(given)?.containerId ?? given) : given;
    if (request.method === 'GET') return path.endsWith('/json') ? heard.read(id) : undefined;
    heard.change({ method: request.method ?? '', path, id, name: world.containers.get(id)?.name ?? '' });
    const before = new Set(world.containers.keys());
    busy += 1;
    response.once('close', () => {
      busy -= 1;
      if (!path.startsWith('/containers/create')) return;
      for (const made of world.containers.keys()) if (!before.has(made)) heard.created(made);
    });
    pump();
  });
  /** A stop takes its time: the world's time goes on as long as a call is waiting for it. */
  function pump(): void {
    setImmediate(() => {
      if (busy === 0) return;
      const next = world.agenda.tasks[0]?.at;
      if (next !== undefined) advance(world, Math.max(world.now, next));
      pump();
    });
  }
  await listen(server, socket);
  const endpoint = resolveEndpoint({ flags: { host: `unix://${socket}` }, env: {}, home: directory });
  const engine = createEngine(endpoint);
  return {
    engine,
    endpoint,
    now: () => world.now,
    /** Lets the world live on without waiting for it. */
    pass: (ms: number) => advance(world, world.now + ms),
    containers: (): readonly Container[] => [...world.containers.values()],
    world: () => world,
    reset(services: readonly ServiceSpec[], listener: Heard) {
      world = newWorld('desks', START);
      api.world = world;
      heard = listener;
      populate(world, services);
    },
    disturb: (disturbance: Disturbance) => disturb(world, disturbance),
    async close() {
      engine.close();
      await unlisten(server);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function cancelling(timer: NodeJS.Timeout): () => void {
  return () => clearTimeout(timer);
}

const COMMAND = ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 1; done"];

function populate(world: World, services: readonly ServiceSpec[]): void {
  addImage(world, ['desk:1'], { created: START, size: 1000 });
  addVolume(world, 'data', {}, 100, START);
  for (const service of services) {
    for (const [index, member] of service.members.entries()) addMember(world, service, member, index + 1);
  }
}

function addMember(world: World, service: ServiceSpec, member: MemberSpec, number: number): void {
  const { name, project, dependsOn } = service;
  const labels: Record<string, string> = { ...member.labels };
  if (project !== undefined) {
    labels['com.docker.compose.project'] = project;
    labels['com.docker.compose.service'] = name;
    labels['com.docker.compose.container-number'] = `${number}`;
    labels['com.docker.compose.oneoff'] = 'False';
    if (dependsOn !== undefined) labels['com.docker.compose.depends_on'] = `${dependsOn}:service_started:false`;
  }
  const container = create(world, project === undefined ? `${name}-${number}` : `${project}-${name}-${number}`, {
    labels,
    policy: member.policy,
    autoRemove: member.autoRemove && member.state === 'running',
  });
  if (member.state === 'created') return;
  start(world, container);
  if (member.state === 'paused') pause(world, container);
  if (member.state === 'exited') kill(world, container, 'SIGKILL');
}

type Shape = {
  labels: Record<string, string>;
  policy: string;
  autoRemove: boolean;
  binds?: string[];
  networks?: readonly string[];
  image?: Image;
};

export function create(
  world: World,
  name: string,
  { labels, policy, autoRemove, binds, networks, image: of }: Shape,
): Container {
  const image = of ?? [...world.images.values()][0];
  if (image === undefined) throw new Error('the world has no image');
  return addContainer(world, {
    name,
    image,
    imageName: 'desk:1',
    config: {
      Hostname: '',
      User: '',
      Tty: false,
      OpenStdin: false,
      Env: [],
      Cmd: COMMAND,
      Entrypoint: null,
      Image: 'desk:1',
      WorkingDir: '',
      Labels: labels,
    },
    hostConfig: {
      Binds: binds ?? null,
      NetworkMode: 'none',
      PortBindings: {},
      RestartPolicy: { Name: policy, MaximumRetryCount: 0 },
      Memory: 0,
      MemorySwap: 0,
      MemoryReservation: 0,
      NanoCpus: 0,
      CpuShares: 0,
      PidsLimit: null,
      ShmSize: 1,
      LogConfig: { Type: 'json-file', Config: {} },
      AutoRemove: autoRemove,
    },
    networks: Object.fromEntries((networks ?? []).map((network) => [network, []])),
    program: scriptProgram(COMMAND),
    created: world.now,
  });
}

/** Does it where it is possible; answers the id of the container that it was done to. */
function disturb(world: World, { victim, what }: Disturbance): string | undefined {
  const all = [...world.containers.values()];
  const container = all[victim % Math.max(1, all.length)];
  if (container === undefined) return undefined;
  advance(world, world.now + 10);
  const running = container.state.status === 'running';
  const again = { labels: container.config.Labels, policy: 'no', autoRemove: false };
  switch (what) {
    case 'recreate':
      remove(world, container, true);
      start(world, create(world, container.name, again));
      break;
    case 'remove':
      remove(world, container, true);
      break;
    case 'rename':
      world.names.delete(container.name);
      container.name = `${container.name}-old`;
      world.names.set(container.name, container.id);
      break;
    case 'start':
      if (container.state.status === 'paused' || running) return undefined;
      start(world, container);
      break;
    case 'stop':
    case 'restart':
      if (!running) return undefined;
      container.state.manuallyStopped = true;
      kill(world, container, 'SIGKILL');
      advance(world, world.now + 10);
      if (what === 'restart' && world.containers.has(container.id)) start(world, container);
  }
  return container.id;
}
