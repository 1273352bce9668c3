import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineArchive, type EngineChanges, EngineError, type EngineExec, type EngineSwarm } from '../engine.ts';
import { parseDiskUse } from '../parse/disk-use.ts';
import { fields, text, texts } from '../parse/fields.ts';
import { type Call, segment } from './call.ts';

/** Walking the disks of a busy host takes minutes. */
const DISK_TIMEOUT_MS = 600_000;
/** Calls that change something may be slow on a busy host: creating, starting, or removing a large image or a lot of data. */
export const CHANGE_TIMEOUT_MS = 120_000;

/** Engines up to 20.10 compute the disk use for one caller at a time and refuse the others: the delay (ms) and number of retries. */
const BUSY_MS = 2_000;
const BUSY_TRIES = 30;

function isBusy(error: unknown): boolean {
  return error instanceof EngineError && /disk usage operation is already running/.test(error.message);
}

type Own = Omit<EngineChanges, keyof (EngineArchive & EngineExec & EngineSwarm) | 'tagImage' | 'pullImage'>;

/** The calls of the actions beyond restart, stop and start. */
export function createChanges(call: Call): Own {
  const container = (id: string) => `/containers/${segment(id)}`;
  const slow = { timeoutMs: CHANGE_TIMEOUT_MS };
  return {
    kill: (id, signal, options) =>
      call.done(
        {
          method: 'POST',
          path: `${container(id)}/kill`,
          query: { signal },
          doing: `sending ${signal} to the container`,
        },
        { ...slow, ...options },
      ),
    async updateLimits(id, { memory, memorySwap, cpus, pids }, options) {
      const body = {
        Memory: memory,
        MemorySwap: memorySwap,
        NanoCpus: cpus === undefined ? undefined : Math.round(cpus * 1e9),
        PidsLimit: pids,
      };
      const request = { path: `${container(id)}/update`, body, doing: 'changing the limits of the container' };
      const answer = fields(await call.json({ method: 'POST', ...request }, options));
      return { warnings: texts(answer.Warnings) };
    },
    pause: (id, options) =>
      call.done(
        { method: 'POST', path: `${container(id)}/pause`, doing: 'pausing the container' },
        { ...slow, ...options },
      ),
    unpause: (id, options) =>
      call.done(
        { method: 'POST', path: `${container(id)}/unpause`, doing: 'unpausing the container' },
        { ...slow, ...options },
      ),
    remove: (id, { force, volumes }, options) =>
      call.done(
        { method: 'DELETE', path: container(id), query: { force, v: volumes }, doing: 'removing the container' },
        { ...slow, ...options },
      ),
    async create(name, body, options) {
      const request = { path: '/containers/create', query: { name }, body, doing: `creating the container ${name}` };
      const answer = fields(await call.json({ method: 'POST', ...request }, { ...slow, ...options }));
      return { id: text(answer.Id), warnings: texts(answer.Warnings) };
    },
    connect: (network, id, endpoint, options) => {
      const body = { Container: id, EndpointConfig: endpoint };
      const path = `/networks/${segment(network)}/connect`;
      const doing = `connecting the container to ${network}`;
      return call.done({ method: 'POST', path, body, doing }, { ...slow, ...options });
    },
    disconnect: (network, id, options) => {
      const path = `/networks/${segment(network)}/disconnect`;
      const doing = `disconnecting the container from ${network}`;
      return call.done({ method: 'POST', path, body: { Container: id, Force: false }, doing }, { ...slow, ...options });
    },
    rename: (id, name, options) =>
      call.done(
        {
          method: 'POST',
          path: `${container(id)}/rename`,
          query: { name },
          doing: `renaming the container to ${name}`,
        },
        options,
      ),
    async diskUse(options) {
      const request = { path: '/system/df', query: { verbose: true }, doing: 'adding up the disk use' };
      for (let tries = 1; ; tries += 1) {
        try {
          const answer = await call.json(request, { timeoutMs: DISK_TIMEOUT_MS, ...options });
          return call.time.toConsole(parseDiskUse(answer));
        } catch (error) {
          if (tries >= BUSY_TRIES || !isBusy(error)) throw error;
          // If the call is cancelled meanwhile, the next attempt reports it.
          await sleep(BUSY_MS, undefined, { signal: options?.signal }).catch(() => undefined);
        }
      }
    },
    removeImage: (id, { force }, options) =>
      call.done(
        { method: 'DELETE', path: `/images/${segment(id)}`, query: { force }, doing: 'removing the image' },
        { ...slow, ...options },
      ),
    removeVolume: (name, options) =>
      call.done(
        { method: 'DELETE', path: `/volumes/${segment(name)}`, doing: `removing the volume ${name}` },
        { ...slow, ...options },
      ),
    createVolume: (name, labels, options) =>
      call.done(
        {
          method: 'POST',
          path: '/volumes/create',
          body: { Name: name, Labels: labels },
          doing: `creating the volume ${name}`,
        },
        options,
      ),
    removeNetwork: (id, options) =>
      call.done({ method: 'DELETE', path: `/networks/${segment(id)}`, doing: 'removing the network' }, options),
    async removeBuildCache(id, options) {
      const query = { all: true, filters: JSON.stringify({ id: { [id]: true } }) };
      const request = { path: '/build/prune', query, doing: `removing the build cache ${id}` };
      const answer = fields(await call.json({ method: 'POST', ...request }, { ...slow, ...options }));
      return texts(answer.CachesDeleted).includes(id);
    },
  };
}
