import { tmpdir } from 'node:os';
import Docker from 'dockerode';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import type { CreateBody, Engine, EngineChanges } from '../../source/engine/engine.ts';
import type { ContainerFacts } from '../../source/engine/facts.ts';
import type { EngineMessage } from '../../source/engine/message.ts';
import { Inventory, type InventorySettings } from '../../source/engine/watch/inventory.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { gone, runId, runLabels } from '../stacks/run.ts';
import { engineHost } from './require-engine.ts';

/** Containers of a test's own on a real engine, and inventories that watch it. */
export type Room = {
  engine: Engine & EngineChanges;
  /** The same engine, for what deskhand itself does not do. */
  docker: Docker;
  /** Creates a container that runs a shell script, and starts it unless told otherwise; answers its id. */
  run(name: string, script: string, body?: CreateBody): Promise<string>;
  watch(settings: Partial<InventorySettings>, engine?: Engine): Watch;
  end(): Promise<void>;
};

/** What an inventory has told. */
export type Watch = {
  inventory: Inventory;
  messages: EngineMessage[];
  /** The newest that was told of a container. */
  shown(id: string): ContainerFacts | undefined;
  /** Resolves when what was told makes it true; the test's time-out is its end. */
  until(condition: () => boolean): Promise<void>;
};

/** `host` as DOCKER_HOST writes it. */
export async function openRoom(name: string, host = engineHost): Promise<Room> {
  const engine = createEngine(resolveEndpoint({ flags: { host }, env: process.env, home: tmpdir() }));
  const socketPath = host.startsWith('unix://') ? host.slice('unix://'.length) : undefined;
  const docker = new Docker(socketPath ? { socketPath } : {});
  await buildImage(docker);
  const made: string[] = [];
  const watches: Watch[] = [];
  return {
    engine,
    docker,
    async run(container, script, body = {}) {
      const whole = { Image: IMAGE, Cmd: ['sh', '-c', script], Labels: runLabels, ...body };
      const { id } = await engine.create(`${runId}-${name}-${container}`, whole);
      made.push(id);
      await engine.start(id);
      return id;
    },
    watch(settings, over = engine) {
      const watch = startWatch(settings, over);
      watches.push(watch);
      return watch;
    },
    async end() {
      for (const { inventory } of watches) await inventory.stop();
      for (const id of made) await gone(docker.getContainer(id).remove({ force: true, v: true }));
      engine.close();
    },
  };
}

function startWatch(settings: Partial<InventorySettings>, engine: Engine): Watch {
  const messages: EngineMessage[] = [];
  const known = new Map<string, ContainerFacts>();
  const waiting = new Set<() => void>();
  const emit = (message: EngineMessage) => {
    messages.push(message);
    if (message.type === 'containers') known.clear();
    if (message.type === 'containers') for (const container of message.containers) known.set(container.id, container);
    if (message.type === 'container') known.set(message.container.id, message.container);
    if (message.type === 'container-gone') known.delete(message.id);
    for (const check of [...waiting]) check();
  };
  const inventory = new Inventory({ engine, clock: systemClock, emit, settings });
  return {
    inventory,
    messages,
    shown: (id) => known.get(id),
    until: (condition) =>
      new Promise((resolve) => {
        const check = () => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
