import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import type { Action, Plan, Refusal, Result, Target } from '../../source/actions/action.ts';
import { readLines } from '../../source/actions/audit/chain.ts';
import { type Audit, openAudit, readAudit } from '../../source/actions/audit/file.ts';
import { identity } from '../../source/actions/audit/identity.ts';
import type { Answer } from '../../source/actions/audit/record.ts';
import { draft, isRefusal } from '../../source/actions/draft.ts';
import { createExecutor } from '../../source/actions/execute.ts';
import type { ActionTools } from '../../source/actions/host-tools.ts';
import type { Desk } from '../../source/desk/model.ts';
import { initialState } from '../../source/desk/reduce.ts';
import type { DeskState } from '../../source/desk/state.ts';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import type { CreateBody, Engine, EngineChanges, EngineExec } from '../../source/engine/engine.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { containerId, serviceId } from '../../source/lib/ids.ts';
import { toolsOf } from '../../source/runtime/acting.ts';
import { loadSettings } from '../../source/settings/load.ts';
import { openGuard } from '../builders/actions.ts';
import { service } from '../builders/desk.ts';
import { engineHost } from '../engine/require-engine.ts';
import { type RecordingProxy, startRecordingProxy } from '../harness/recording-proxy.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';

/** A program that ends when it is asked to. */
export const POLITE = `trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done`;

/** A place on the real engine for the tests of actions: containers of its own, an audit log of its own, all removed at the end. */
export type Place = {
  engine: Engine & EngineChanges & EngineExec;
  tools: ActionTools;
  directory: string;
  /** Creates and starts a container that runs a shell script; answers its id. */
  run(name: string, script: string, body?: CreateBody): Promise<string>;
  /** Creates a network, which goes with the place. */
  network(name: string): Promise<void>;
  /** The name that `run` gave the container on the engine. */
  nameOf(name: string): string;
  /** On fresh facts; by default of the containers that `run` made, each a service of its own. */
  plan(
    action: Action,
    target: Target,
    options?: { parameters?: unknown; desk?: (state: DeskState) => Desk; state?: DeskState },
  ): Promise<Plan | Refusal>;
  execute(
    action: Action,
    plan: Plan,
    options?: { answer?: Answer; audit?: Audit; signal?: AbortSignal },
  ): Promise<Result>;
  log(): Promise<ReturnType<typeof readLines>>;
  end(): Promise<void>;
};

/** `directory` is where its audit log goes; `host` leads to the engine by another way, such as a recording proxy. */
export async function openPlace(
  room: string,
  { directory: given, host = engineHost }: { directory?: string; host?: string } = {},
): Promise<Place> {
  const docker = new Docker();
  await buildImage(docker);
  const endpoint = resolveEndpoint({ flags: { host }, env: process.env, home: tmpdir() });
  const engine = createEngine(endpoint);
  const tools = toolsOf(endpoint, process.env, loadSettings({ env: {}, flags: {} }), systemClock);
  const directory = given ?? mkdtempSync(join(tmpdir(), `deskhand-${room}-`));
  const prefix = `${room}-${process.pid}`;
  const made: string[] = [];
  const networks: string[] = [];
  const own = openAudit({
    directory,
    identity: identity(process.env),
    now: systemClock.now,
    mask: (text) => text,
  });
  const nameOf = (name: string) => `${prefix}-${name}`;
  const state = async (): Promise<DeskState> => {
    const containers = (await engine.containers()).filter(({ id }) => made.includes(id));
    return {
      ...initialState(systemClock.now(), engine.id),
      containers: new Map(containers.map((one) => [one.id, one])),
    };
  };
  return {
    engine,
    tools,
    directory,
    nameOf,
    async run(name, script, body = {}) {
      const labels = { 'deskhand.test': prefix };
      const { id } = await engine.create(nameOf(name), {
        Image: IMAGE,
        Cmd: ['sh', '-c', script],
        Labels: labels,
        ...body,
      });
      made.push(id);
      await engine.start(id);
      return id;
    },
    async network(name) {
      await docker.createNetwork({ Name: name });
      networks.push(name);
    },
    plan: async (action, target, { parameters, desk: buildDesk = singles, state: given } = {}) =>
      draft(
        { action, target, parameters },
        { engine, tools, state: given ?? (await state()), buildDesk },
        { stableMs: 2000 },
      ),
    async execute(
      action,
      plan,
      { answer = { kind: 'confirmed' as const }, audit = own, signal = new AbortController().signal } = {},
    ) {
      const now = await state();
      const executor = createExecutor({
        engine,
        tools,
        audit,
        state: () => now,
        now: systemClock.now,
        wait: (ms, until) => sleep(ms, undefined, { signal: until }).catch(() => undefined),
        guard: () => openGuard,
      });
      return executor.execute({ action, plan, answer, signal, progress: () => undefined });
    },
    log: async () => readLines(await readAudit(join(directory, 'audit.jsonl'))),
    async end() {
      // An action may have put others in their place.
      const own = (await engine.containers()).filter(({ labels }) => labels['deskhand.test'] === prefix);
      const ids = new Set([...made, ...own.map(({ id }) => id)]);
      await Promise.all([...ids].map((id) => engine.remove(id, { force: true, volumes: true }).catch(() => undefined)));
      await Promise.all(networks.map((name) => engine.removeNetwork(name).catch(() => undefined)));
      engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export type ProxiedPlace = {
  place: Place;
  proxy: RecordingProxy;
  /** The target that a container is. */
  target(id: string): Target;
  planOf(action: Action, id: string, parameters?: unknown): Promise<Plan>;
  end(): Promise<void>;
};

/** A place whose calls go through a recording proxy. */
export async function openProxiedPlace(room: string): Promise<ProxiedPlace> {
  const directory = mkdtempSync(join(tmpdir(), `deskhand-${room}-proxy-`));
  const proxy = await startRecordingProxy(engineHost.replace('unix://', ''), join(directory, 'proxy.sock'));
  const place = await openPlace(room, { host: proxy.host });
  const target = (id: string): Target => ({ engine: place.engine.id, kind: 'container', id: containerId(id) });
  return {
    place,
    proxy,
    target,
    planOf: async (action, id, parameters = {}) => planned(await place.plan(action, target(id), { parameters })),
    async end() {
      await place.end();
      await proxy.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A desk on which every container is a service of its own. */
function singles(state: DeskState): Desk {
  const services = [...state.containers.values()].map((one) =>
    service('test', one.name, {
      id: serviceId(`container:${one.name}`),
      kind: 'container',
      containers: [one],
      project: undefined,
    }),
  );
  return {
    services,
    byId: new Map(services.map((one) => [one.id, one])),
    ownerOf: new Map(services.flatMap((one) => one.containers.map(({ id }) => [id, one.id] as const))),
    projects: [],
    incidents: [],
    verdict: { level: 'ok', code: 'running', reason: '' },
  };
}

export function planned(plan: Plan | Refusal): Plan {
  if (isRefusal(plan)) throw new Error(`refused: ${plan.refused}`);
  return plan;
}
