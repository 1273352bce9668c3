import { spawn } from 'node:child_process';
import type { SessionEnd, SessionRunner } from '../../actions/action.ts';
import type { HereCall } from '../../actions/plugin-command.ts';
import type { Suspend } from '../../panes/shared/services.ts';

/** Runs a program of this machine with the terminal, from an argument vector, never through a shell. */
export function runOnTerminal(
  { suspend }: { suspend: Suspend },
  call: HereCall,
  env: NodeJS.ProcessEnv = process.env,
): SessionRunner {
  return async (_object, { signal }) => {
    let end: SessionEnd = { begun: false, ok: false, text: 'the terminal is in use' };
    await suspend(async () => {
      end = await child(call, env, signal);
    });
    return end;
  };
}

function child({ command: [program = '', ...args], env: more }: HereCall, env: NodeJS.ProcessEnv, signal: AbortSignal) {
  return new Promise<SessionEnd>((resolve) => {
    const running = spawn(program, args, { stdio: 'inherit', env: { ...env, ...more } });
    // The terminal sends ctrl-c to both: it is meant for the program.
    const ignore = () => {};
    const stop = () => running.kill('SIGTERM');
    process.on('SIGINT', ignore);
    signal.addEventListener('abort', stop, { once: true });
    const finish = (end: SessionEnd) => {
      process.off('SIGINT', ignore);
      signal.removeEventListener('abort', stop);
      resolve(end);
    };
    running.once('error', (error) =>
      finish({ begun: false, ok: false, text: `${program} could not be started: ${error.message}` }),
    );
    running.once('exit', (code, killed) =>
      finish({ begun: true, ok: code === 0, text: code === null ? `ended by ${killed}` : `exit code ${code}` }),
    );
  });
}
