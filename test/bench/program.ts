import { basename } from 'node:path';
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

/** A console to be measured: how it is started on an engine, and what of its output shows that the cursor has moved. */
export type Subject = {
  title: string;
  command(host: string): { file: string; args: readonly string[]; env: NodeJS.ProcessEnv };
  moved: RegExp;
};

export const deskhand: Subject = {
  title: 'deskhand',
  command: (host) => ({ file: process.execPath, args: [EXECUTABLE, '--host', host], env: {} }),
  // The cursor line is the only inverse one.
  moved: /\u001b\[(?:\d+;)*7m/,
};

/** Another console to compare with, such as lazydocker: it finds the engine by DOCKER_HOST, and `j` and `k` move its cursor. */
export const peer = (file: string): Subject => ({
  title: basename(file),
  command: (host) => ({ file, args: [], env: { DOCKER_HOST: host } }),
  moved: /./,
});

/** A terminal of 120x40 for a program that keeps its files in `home`. */
export function terminalAt(home: string, own: NodeJS.ProcessEnv = {}) {
  const env = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_STATE_HOME: home,
    TERM: 'xterm-256color',
    CI: '',
    ...own,
  };
  return { cols: 120, rows: 40, env, encoding: null };
}

/** Starts a console on a 120x40 terminal and resolves once `name` is on it. */
export async function startProgram(subject: Subject, host: string, home: string, name: string): Promise<Program> {
  const { file, args, env: own } = subject.command(host);
  const begun = performance.now();
  const pty = spawn(file, [...args], terminalAt(home, own));
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
