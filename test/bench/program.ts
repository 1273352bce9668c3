import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';

const EXECUTABLE = fileURLToPath(new URL('../../bin/deskhand.js', import.meta.url));

/** The built console on a bare pty: nothing between it and the clock, no emulator that would take CPU from it. */
export type Program = {
  pid: number;
  /** Milliseconds from exec until the name was written. */
  firstFrameMs: number;
  bytesWritten(): number;
  /** Milliseconds from writing the keys until output arrives that `shows` it. */
  press(keys: string, shows: RegExp): Promise<number>;
  end(): Promise<void>;
};

const PATIENCE_MS = 20_000;

/** Starts the console on a 120x40 terminal and resolves once `name` is on it. */
export async function startProgram(args: readonly string[], home: string, name: string): Promise<Program> {
  const env = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_STATE_HOME: home,
    TERM: 'xterm-256color',
    CI: '',
  };
  const begun = performance.now();
  const pty = spawn(process.execPath, [EXECUTABLE, ...args], { cols: 120, rows: 40, env, encoding: null });
  let bytes = 0;
  let seen = '';
  let watch: (() => void) | undefined;
  pty.onData((data) => {
    bytes += data.length;
    seen += Buffer.from(data).toString('utf8');
    watch?.();
  });
  const ended = new Promise<void>((resolve) => pty.onExit(() => resolve()));

  /** Milliseconds since `start` when the output since then matches. */
  const when = (start: number, matches: () => boolean, what: string) =>
    new Promise<number>((resolve, reject) => {
      const fail = (why: string) => {
        watch = undefined;
        reject(new Error(`${what}: ${why}; last output: ${JSON.stringify(seen.slice(-400))}`));
      };
      const timer = setTimeout(fail, PATIENCE_MS, `not within ${PATIENCE_MS} ms`);
      ended.then(() => fail('the program ended'));
      watch = () => {
        if (!matches()) return;
        clearTimeout(timer);
        watch = undefined;
        resolve(performance.now() - start);
      };
      watch();
    });

  const firstFrameMs = await when(
    begun,
    () => stripVTControlCharacters(seen).includes(name),
    `first frame with ${name}`,
  );
  return {
    pid: pty.pid,
    firstFrameMs,
    bytesWritten: () => bytes,
    press(keys, shows) {
      seen = '';
      const start = performance.now();
      pty.write(keys);
      return when(start, () => shows.test(seen), `frame after ${JSON.stringify(keys)}`);
    },
    async end() {
      pty.kill('SIGTERM');
      await ended;
    },
  };
}
