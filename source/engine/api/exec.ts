import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, EngineExec, ExecRequest, ExecSession, TerminalSize } from '../engine.ts';
import { fields, number, text } from '../parse/fields.ts';
import { type Call, segment } from './call.ts';

/**
 * Detach keys of an exec's terminal. Docker's default would hold ctrl-p back until the next key, so these are keys that no one types. A
 * shell is left by exiting it.
 */
const NO_DETACH = 'ctrl-@,ctrl-@,ctrl-@';

/** The engine records the end of an exec a little after its output has ended. */
const NOTED_WITHIN_MS = 2000;
const LOOK_MS = 25;

/** Programs in containers: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Exec */
export function createExec(call: Call): EngineExec {
  return {
    async exec(container, request, options) {
      const doing = `running ${request.command[0] ?? 'nothing'} in the container`;
      const path = `/exec/${segment(await create(call, container, request, doing, options))}`;
      const body = { Detach: false, Tty: request.tty };
      const stream = await call.hijack({ method: 'POST', path: `${path}/start`, body, doing }, options);
      return session(call, { stream, tty: request.tty, path }, (given) => ended(call, path, given));
    },
    async attach(container, { tty, stdin }, options) {
      const path = `/containers/${segment(container)}`;
      const query = { stream: true, stdin, stdout: true, stderr: true };
      const request = { path: `${path}/attach`, query, doing: 'attaching to the container' };
      const stream = await call.hijack({ method: 'POST', ...request }, options);
      return session(call, { stream, tty, path }, async (given) => {
        const { State } = fields(await call.json({ path: `${path}/json`, doing: 'inspecting the container' }, given));
        return fields(State).Running === true ? undefined : number(fields(State).ExitCode);
      });
    },
  };
}

async function create(
  call: Call,
  container: string,
  { command, tty, stdin, user, directory, env = {} }: ExecRequest,
  doing: string,
  options?: CallOptions,
): Promise<string> {
  const body = {
    Cmd: command,
    Tty: tty,
    AttachStdin: stdin,
    AttachStdout: true,
    AttachStderr: true,
    DetachKeys: tty ? NO_DETACH : undefined,
    User: user,
    WorkingDir: directory,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
  };
  const request = { path: `/containers/${segment(container)}/exec`, body, doing };
  return text(fields(await call.json({ method: 'POST', ...request }, options)).Id);
}

function session(
  call: Call,
  { stream, tty, path }: { stream: ExecSession['stream']; tty: boolean; path: string },
  exitCode: ExecSession['exitCode'],
): ExecSession {
  // An error before a listener is attached must not crash the console.
  stream.on('error', () => {});
  // A half-open connection, such as one over ssh, would never close.
  stream.once('end', () => stream.destroy());
  return {
    stream,
    tty,
    resize: ({ columns, rows }: TerminalSize, options) =>
      call.done(
        {
          method: 'POST',
          path: `${path}/resize`,
          query: { w: columns, h: rows },
          doing: 'setting the size of the terminal',
        },
        options,
      ),
    exitCode,
  };
}

async function ended(call: Call, path: string, options?: CallOptions): Promise<number | undefined> {
  for (let waited = 0; ; waited += LOOK_MS) {
    const found = fields(
      await call.json({ path: `${path}/json`, doing: 'reading the exit code of the program' }, options),
    );
    if (found.Running !== true) return number(found.ExitCode);
    if (waited >= NOTED_WITHIN_MS || options?.signal?.aborted) return undefined;
    await sleep(LOOK_MS);
  }
}
