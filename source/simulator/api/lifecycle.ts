import { guardMemory, remove, start } from '../world/lifecycle.ts';
import { kill, pause, restart, stop, unpause } from '../world/signals.ts';
import { type Container, type HostConfig, Refusal, type World } from '../world/types.ts';
import { changed, emitEvent } from '../world/world.ts';
import { type Answer, type Call, flag, type Handler, NO_CONTENT, NOT_MODIFIED, ok, TAKEN } from './call.ts';
import { containerOf } from './containers.ts';

/** The calls that change a container: start, stop, restart, kill, pause, rename, update, remove, wait. */

/** Seconds to wait after the stop signal: the query, else the container's own, else Docker's ten. */
function patience(call: Call, container: Container): number {
  const asked = call.query.get('t');
  if (asked !== null && !/^-?\d+$/.test(asked)) {
    throw new Refusal(400, `strconv.Atoi: parsing "${asked}": invalid syntax`);
  }
  return asked === null ? (container.config.StopTimeout ?? 10) : Number(asked);
}

export const startContainer: Handler = (call) => (start(call.world, containerOf(call)) ? NO_CONTENT : NOT_MODIFIED);

export const stopContainer: Handler = (call) => {
  const container = containerOf(call);
  const seconds = patience(call, container);
  return new Promise<Answer>((answer) => {
    if (!stop(call.world, container, seconds, () => answer(NO_CONTENT))) answer(NOT_MODIFIED);
  });
};

export const restartContainer: Handler = (call) => {
  const container = containerOf(call);
  const seconds = patience(call, container);
  return new Promise<Answer>((answer, refuse) => {
    restart(call.world, container, seconds, (error) => (error ? refuse(error) : answer(NO_CONTENT)));
  });
};

export const killContainer: Handler = (call) => {
  kill(call.world, containerOf(call), call.query.get('signal') || 'SIGKILL');
  return NO_CONTENT;
};

export const pauseContainer: Handler = (call) => {
  pause(call.world, containerOf(call));
  return NO_CONTENT;
};

export const unpauseContainer: Handler = (call) => {
  unpause(call.world, containerOf(call));
  return NO_CONTENT;
};

export const renameContainer: Handler = (call) => {
  const container = containerOf(call);
  const name = (call.query.get('name') ?? '').replace(/^\//, '');
  if (name === '') throw new Refusal(400, 'Neither old nor new names may be empty');
  const old = container.name;
  claimName(call.world, name, 'Error when allocating new name: ');
  call.world.names.delete(old);
  call.world.names.set(name, container.id);
  container.name = name;
  changed(container);
  emitEvent(call.world, container, 'rename', { oldName: `/${old}` });
  return NO_CONTENT;
};

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Refuses a name that is taken or invalid. */
export function claimName(world: World, name: string, prefix = ''): void {
  if (!NAME.test(name)) {
    throw new Refusal(400, `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  }
  const owner = world.names.get(name);
  if (!owner) return;
  const rest = 'You have to remove (or rename) that container to be able to reuse that name.';
  throw new Refusal(
    409,
    `${prefix}Conflict. The container name "/${name}" is already in use by container "${owner}". ${rest}`,
  );
}

const LIVE_LIMITS = ['Memory', 'MemorySwap', 'MemoryReservation', 'NanoCpus', 'CpuShares', 'PidsLimit'] as const;

/** POST /containers/{id}/update: changes limits, effective at once, and the restart policy. */
export const updateContainer: Handler = async (call) => {
  const container = containerOf(call);
  const wanted = await call.body();
  const next: HostConfig = { ...container.hostConfig };
  for (const key of LIVE_LIMITS) {
    const value = wanted[key];
    if (typeof value === 'number' && value !== 0) next[key] = value;
  }
  const { Memory, MemorySwap } = next;
  if (MemorySwap > 0 && Memory > MemorySwap) {
    const advice =
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time';
    throw new Refusal(409, `Cannot update container ${container.id}: ${advice}`);
  }
  const policy = wanted.RestartPolicy;
  if (
    policy &&
    typeof policy === 'object' &&
    'Name' in policy &&
    typeof policy.Name === 'string' &&
    policy.Name !== ''
  ) {
    const most = 'MaximumRetryCount' in policy ? Number(policy.MaximumRetryCount) : 0;
    next.RestartPolicy = { Name: policy.Name, MaximumRetryCount: most };
  }
  container.hostConfig = next;
  guardMemory(call.world, container);
  changed(container);
  emitEvent(call.world, container, 'update');
  return ok({ Warnings: null });
};

export const removeContainer: Handler = (call) => {
  remove(call.world, containerOf(call), flag(call.query, 'force'));
  return NO_CONTENT;
};

/** POST /containers/{id}/wait: sends the head at once, and the exit code when the container exits. */
export const waitForContainer: Handler = (call) => {
  const container = containerOf(call);
  const condition = call.query.get('condition') || 'not-running';
  const { run } = container.state;
  const { response, world } = call;
  const over = (): boolean => {
    const gone = !world.containers.has(container.id);
    if (condition === 'removed') return gone;
    const ended = container.state.status === 'exited' || container.state.status === 'created' || gone;
    return condition === 'next-exit' ? container.state.run > run && ended : ended;
  };
  const answer = (): void => {
    if (!over()) return;
    container.watchers.delete(answer);
    response.end(`${JSON.stringify({ StatusCode: container.state.exitCode })}\n`);
  };
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  container.watchers.add(answer);
  response.on('close', () => container.watchers.delete(answer));
  answer();
  return TAKEN;
};
