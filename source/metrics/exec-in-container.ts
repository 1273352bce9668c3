import { runCommand } from '../engine/api/command.ts';
import type { EngineExec } from '../engine/engine.ts';
import type { Clock } from '../lib/clock.ts';
import { duration } from '../lib/format.ts';
import type { Exec } from '../prometheus/transport.ts';

const NEVER = new AbortController().signal;

/** Runs a command in a container for its output; it is stopped if it takes too long or writes too much. `engine` is read on each call. */
export function execThrough(engine: () => EngineExec, clock: Clock): Exec {
  return async (container, command, { signal = NEVER, timeoutMs, maxBytes }) => {
    const out: Buffer[] = [];
    let stderr = '';
    const end = await runCommand(engine(), container, command, {
      clock,
      timeoutMs,
      limit: maxBytes,
      signal,
      onOutput(stream, bytes) {
        // The bytes are reused by the engine on its next read.
        if (stream === 'stdout') out.push(Buffer.from(bytes));
        else stderr = (stderr + bytes.toString('utf8')).slice(0, 2000);
      },
    });
    if (end.kind === 'exited') return { exitCode: end.exitCode ?? 1, stdout: Buffer.concat(out), stderr };
    const why = {
      timeout: `it took longer than ${duration(timeoutMs)}`,
      flood: `it wrote more than ${maxBytes} bytes`,
      cancelled: 'it was cancelled',
    }[end.kind];
    return { exitCode: 1, stdout: Buffer.alloc(0), stderr: why };
  };
}
