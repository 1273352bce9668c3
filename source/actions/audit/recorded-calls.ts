import type { Engine, EngineChanges, ExecSession, LimitChange } from '../../engine/engine.ts';
import { maskCommand, maskText } from '../../lib/secrets.ts';
import type { ActionTools } from '../host-tools.ts';

type Changing = Engine & EngineChanges;

/** A changing call, as recorded. */
export type CallText = { call: string; id: string; detail?: string };

/** Called before a call; the returned function is called when it is over. */
export type Before = (call: CallText) => Promise<(over: 'done' | 'failed') => void>;

/**
 * Wraps the engine: `before` is called before each changing call, and its failure is the failure of the call. The function returned by
 * `before` is called when the call is over.
 */
export function recordedCalls(engine: Changing, before: Before): Changing {
  const recorded = teller(engine, before);
  /** A program of ours in a container, or the container's own: its terminal's size is set by calls, too. */
  const sized = (id: string, session: ExecSession): ExecSession => ({
    ...session,
    resize: recorded(session.resize, ({ columns, rows }) => ({ call: 'resize', id, detail: `${columns}x${rows}` })),
  });
  const exec = recorded(engine.exec, (id, { command }, _options) => ({
    call: 'exec',
    id,
    detail: maskCommand(command).join(' '),
  }));
  const attach = recorded(engine.attach, (id, _how, _options) => ({ call: 'attach', id }));
  const changes: Omit<EngineChanges, 'diskUse' | 'readArchive'> & Pick<Engine, 'start' | 'stop' | 'restart'> = {
    exec: async (id, request, options) => sized(id, await exec(id, request, options)),
    attach: async (id, how, options) => sized(id, await attach(id, how, options)),
    start: recorded(engine.start, (id) => ({ call: 'start', id })),
    stop: recorded(engine.stop, (id, timeout) => ({ call: 'stop', id, detail: timeoutText(timeout) })),
    restart: recorded(engine.restart, (id, timeout) => ({ call: 'restart', id, detail: timeoutText(timeout) })),
    updateLimits: recorded(engine.updateLimits, (id, limits) => ({
      call: 'update limits',
      id,
      detail: limitsText(limits),
    })),
    kill: recorded(engine.kill, (id, signal) => ({ call: 'kill', id, detail: signal })),
    pause: recorded(engine.pause, (id) => ({ call: 'pause', id })),
    unpause: recorded(engine.unpause, (id) => ({ call: 'unpause', id })),
    remove: recorded(engine.remove, (id, how) => ({ call: 'remove', id, detail: removalText(how) })),
    create: recorded(engine.create, (name) => ({ call: 'create', id: name })),
    connect: recorded(engine.connect, (network, container) => ({
      call: 'connect',
      id: container,
      detail: `to ${network}`,
    })),
    disconnect: recorded(engine.disconnect, (network, container) => ({
      call: 'disconnect',
      id: container,
      detail: `from ${network}`,
    })),
    rename: recorded(engine.rename, (id, name) => ({ call: 'rename', id, detail: `to ${name}` })),
    tagImage: recorded(engine.tagImage, (id, repository, tag) => ({
      call: 'tag image',
      id,
      detail: `as ${repository}:${tag}`,
    })),
    pullImage: recorded(engine.pullImage, (reference) => ({ call: 'pull image', id: reference })),
    removeImage: recorded(engine.removeImage, (id) => ({ call: 'remove image', id })),
    removeVolume: recorded(engine.removeVolume, (name) => ({ call: 'remove volume', id: name })),
    createVolume: recorded(engine.createVolume, (name) => ({ call: 'create volume', id: name })),
    writeArchive: recorded(engine.writeArchive, (container, path) => ({
      call: 'write files',
      id: container,
      detail: `to ${path}`,
    })),
    removeNetwork: recorded(engine.removeNetwork, (id) => ({ call: 'remove network', id })),
    removeBuildCache: recorded(engine.removeBuildCache, (id) => ({ call: 'remove build cache', id })),
    scaleService: recorded(engine.scaleService, (id, _version, replicas) => ({
      call: 'scale',
      id,
      detail: `to ${replicas}`,
    })),
    forceService: recorded(engine.forceService, (id) => ({ call: 'force update', id })),
    setServiceImage: recorded(engine.setServiceImage, (id, _version, image) => ({
      call: 'set image',
      id,
      detail: `to ${image}`,
    })),
    rollbackService: recorded(engine.rollbackService, (id) => ({ call: 'roll back', id })),
    removeService: recorded(engine.removeService, (id) => ({ call: 'remove service', id })),
    changeNode: recorded(engine.changeNode, (id, _version, { availability, role, labels }) => ({
      call: 'change node',
      id,
      detail: availability ?? role ?? `labels ${Object.keys(labels ?? {}).join(', ')}`,
    })),
  };
  return new Proxy(engine, {
    get(target, name) {
      if (Object.hasOwn(changes, name)) return Reflect.get(changes, name);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Methods of `owner` that ask `before` ahead of each call. */
function teller(owner: unknown, before: Before) {
  return <Args extends unknown[], Result>(
    work: (...args: Args) => Promise<Result>,
    text: (...args: Args) => CallText,
  ): ((...args: Args) => Promise<Result>) =>
    async (...args) => {
      const over = await before(text(...args));
      try {
        const result = await work.apply(owner, args);
        over('done');
        return result;
      } catch (error) {
        over('failed');
        throw error;
      }
    };
}

/** Compose commands that only read. */
const READING: ReadonlySet<string> = new Set(['config', 'images', 'ls', 'ps', 'version']);

/** Wraps the tool: `before` is called before each command that may change something; see recordedCalls. */
export function recordedTools({ compose, ...tools }: ActionTools, before: Before): ActionTools {
  const run: ActionTools['compose']['run'] = async (call, command, running) => {
    if (READING.has(command[0] ?? '')) return compose.run(call, command, running);
    const over = await before({ call: 'compose', id: call.project.name, detail: command.join(' ') });
    const result = await compose.run(call, command, running).catch((error: unknown) => {
      over('failed');
      throw error;
    });
    over(result.code === 0 ? 'done' : 'failed');
    return result;
  };
  const recorded = teller(tools, before);
  return {
    ...tools,
    compose: { find: (signal) => compose.find(signal), run },
    runHere: recorded(tools.runHere, (command) => ({
      call: 'run here',
      id: command[0] ?? '',
      detail: maskCommand(command).join(' '),
    })),
    request: recorded(tools.request, (url, { method }) => ({ call: method, id: maskText(url) })),
  };
}

function limitsText(limits: LimitChange): string {
  return Object.entries(limits)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function timeoutText(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : `stop timeout ${seconds} s`;
}

function removalText({ force, volumes }: { force: boolean; volumes: boolean }): string | undefined {
  const words = [...(force ? ['forced'] : []), ...(volumes ? ['with its anonymous volumes'] : [])];
  return words.length === 0 ? undefined : words.join(', ');
}
