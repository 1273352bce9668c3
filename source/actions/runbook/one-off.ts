import { LABEL } from '../../desk/identity.ts';
import type { CommandOptions } from '../../engine/api/command.ts';
import type { CreateBody } from '../../engine/engine.ts';
import { FrameReader, STREAMS } from '../../engine/logs/frames.ts';
import { fields, strings, text } from '../../engine/parse/fields.ts';
import type { PlanObject, RunContext } from '../action.ts';
import type { ProgramWork } from './call.ts';
import type { RunbookEnd } from './judge.ts';

/** How often a container that runs is looked at (ms). */
const LOOK_MS = 200;

/**
 * The body of a container for one command beside an existing one: its image, environment, volumes and networks, without its ports,
 * name, aliases, restart policy and health check. Marked as compose marks its own one-off containers.
 */
export function oneOffBody(inspect: unknown, { command, user, directory, env }: ProgramWork<'oneOff'>): CreateBody {
  const old = fields(inspect);
  const { Hostname: _host, MacAddress: _mac, ExposedPorts: _ports, ...config } = fields(old.Config);
  const { PortBindings: _bindings, ContainerIDFile: _file, Links: _links, ...host } = fields(old.HostConfig);
  const [first] = Object.keys(fields(fields(old.NetworkSettings).Networks));
  const own = Array.isArray(config.Env) ? config.Env : [];
  const labels = strings(config.Labels);
  return {
    ...config,
    Entrypoint: [command[0]],
    Cmd: command.slice(1),
    User: user ?? text(config.User),
    WorkingDir: directory ?? text(config.WorkingDir),
    Env: [...own, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
    Tty: false,
    Healthcheck: { Test: ['NONE'] },
    Labels: { ...labels, ...(labels[LABEL.project] ? { [LABEL.oneoff]: 'True' } : {}), 'deskhand.runbook': 'true' },
    HostConfig: { ...host, PortBindings: {}, RestartPolicy: { Name: 'no' }, AutoRemove: false },
    ...(first === undefined || text(host.NetworkMode) !== first
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [first]: {} } } }),
  };
}

/** Creates it, hands on what it says, waits for its end and removes it, whatever happens. */
export async function runOneOff(
  object: PlanObject,
  work: ProgramWork<'oneOff'>,
  { timeoutMs, limit, onOutput }: Pick<CommandOptions, 'timeoutMs' | 'limit' | 'onOutput'>,
  context: RunContext,
): Promise<RunbookEnd> {
  const { engine, now, wait, signal } = context;
  const body = oneOffBody(await engine.inspect('container', object.id), work);
  const { id } = await engine.create(`${object.name}-run-${crypto.randomUUID().slice(0, 8)}`, body);
  const reading = new AbortController();
  try {
    await engine.start(id);
    const begun = now();
    const stream = await engine.logs(id, { follow: true, signal: reading.signal });
    let left = limit;
    const frames = new FrameReader((kind, bytes, start, end) => {
      const line = withoutStamp(bytes.subarray(start, Math.min(end, start + left)));
      left -= line.length;
      if (line.length > 0) void onOutput(kind === STREAMS.stderr ? 'stderr' : 'stdout', line);
    });
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => frames.push(chunk));
    const closed = new Promise<void>((resolve) => stream.once('close', resolve));
    for (;;) {
      const { state, exitCode } = await engine.container(id);
      if (state === 'exited' || state === 'dead') {
        // The end of its output comes with the end of the stream.
        await Promise.race([closed, wait(2000, signal)]);
        return { status: exitCode };
      }
      if (signal.aborted) return { stopped: 'cancelled: its container was removed' };
      if (left <= 0) return { stopped: `more than ${limit / 1024} KiB of output: its container was removed` };
      if (now() - begun > timeoutMs)
        return { stopped: `not finished within ${timeoutMs / 1000} s: its container was removed` };
      await wait(LOOK_MS, signal);
    }
  } finally {
    reading.abort();
    await engine.remove(id, { force: true, volumes: true });
  }
}

/** The engine writes its time before each line. */
function withoutStamp(bytes: Buffer): Buffer {
  const space = bytes.indexOf(0x20);
  return space > 0 && space < 40 ? bytes.subarray(space + 1) : bytes;
}
