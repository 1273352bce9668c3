import { hexId } from '../world/random.ts';
import { runInside } from '../world/shell.ts';
import { deliver } from '../world/signals.ts';
import { type Container, type Exec, Refusal, type World } from '../world/types.ts';
import { emitEvent, nextSerial, pidOf } from '../world/world.ts';
import { type Call, type Handler, ok, TAKEN } from './call.ts';
import { containerOf } from './containers.ts';
import { record } from './create.ts';
import { converse } from './shell-session.ts';
import { frame, openSink, type Sink } from './sink.ts';

/** Commands in containers: create, start (answered in the body or on the upgraded connection), inspect, resize. */

export const createExec: Handler = async (call) => {
  const container = containerOf(call);
  const body = await call.body();
  const argv = Array.isArray(body.Cmd) ? body.Cmd.map(String) : [];
  if (argv.length === 0) throw new Refusal(400, 'No exec command specified');
  if (container.state.status === 'paused') {
    throw new Refusal(409, `Container ${container.name} is paused, unpause the container before exec`);
  }
  if (container.state.status !== 'running') throw new Refusal(409, `container ${container.id} is not running`);
  const exec: Exec = {
    id: hexId(call.world.seed, 'exec', nextSerial(call.world)),
    containerId: container.id,
    argv,
    tty: body.Tty === true,
    stdin: body.AttachStdin === true,
    stdout: body.AttachStdout === true,
    stderr: body.AttachStderr === true,
    running: false,
    started: false,
    pid: 0,
  };
  forgetOld(call.world);
  call.world.execs.set(exec.id, exec);
  emitEvent(call.world, container, `exec_create: ${argv.join(' ')}`, { execID: exec.id });
  return { status: 201, body: { Id: exec.id } };
};

/** How many ended execs can still be inspected. */
const KEPT = 200;

function forgetOld({ execs }: World): void {
  for (const { id, running } of execs.values()) {
    if (execs.size < KEPT) return;
    if (!running) execs.delete(id);
  }
}

function execOf(call: Call): Exec {
  const exec = call.world.execs.get(call.params.id ?? '');
  if (!exec) throw new Refusal(404, `No such exec instance: ${call.params.id}`);
  return exec;
}

export const startExec: Handler = async (call) => {
  const exec = execOf(call);
  const container = call.world.containers.get(exec.containerId);
  const detached = record(await call.body()).Detach === true;
  if (exec.started) throw new Refusal(409, `exec command ${exec.id} has already run`);
  if (container?.state.status !== 'running') throw new Refusal(409, `Container ${exec.containerId} is not running`);
  Object.assign(exec, { running: true, started: true, pid: pidOf(call.world) });
  emitEvent(call.world, container, `exec_start: ${exec.argv.join(' ')}`, { execID: exec.id });
  if (detached) {
    perform(call, container, exec);
    return { status: 200 };
  }
  const sink = openSink(call, !exec.tty);
  if (exec.stdin && isShell(exec.argv)) {
    converse(call, container, exec, sink, (exitCode) => finish(call, container, exec, exitCode, sink));
  } else perform(call, container, exec, sink);
  return TAKEN;
};

function isShell(argv: readonly string[]): boolean {
  return argv.length <= 2 && /(^|\/)(ba|a|da)?sh$/.test(argv[0] ?? '') && !argv.some((word) => /^-\w*c$/.test(word));
}

function perform(call: Call, container: Container, exec: Exec, sink?: Sink): void {
  const { output, errors = '', exitCode, ms = 5, signal } = runInside(call.world, container, exec.argv);
  if (signal) deliver(call.world, container, signal);
  const write = (stream: 'stdout' | 'stderr', text: string): void => {
    if (text === '' || !sink || sink.closed()) return;
    sink.write(exec.tty ? text.replace(/\r?\n/g, '\r\n') : frame(stream, text));
  };
  call.clock.after(ms, () => {
    write('stdout', output);
    write('stderr', errors);
    finish(call, container, exec, exitCode, sink);
  });
}

function finish(call: Call, container: Container, exec: Exec, exitCode: number, sink?: Sink): void {
  if (!exec.running) return;
  Object.assign(exec, { running: false, exitCode });
  emitEvent(call.world, container, 'exec_die', { execID: exec.id, exitCode: String(exitCode) });
  sink?.end();
}

export const inspectExec: Handler = (call) => {
  const exec = execOf(call);
  return ok({
    ID: exec.id,
    Running: exec.running,
    ExitCode: exec.exitCode ?? null,
    ProcessConfig: { tty: exec.tty, entrypoint: exec.argv[0], arguments: exec.argv.slice(1), privileged: false },
    OpenStdin: exec.stdin,
    OpenStderr: exec.stderr,
    OpenStdout: exec.stdout,
    CanRemove: false,
    ContainerID: exec.containerId,
    DetachKeys: '',
    Pid: exec.pid,
  });
};

export const resizeExec: Handler = (call) => {
  execOf(call);
  return { status: 200 };
};
