import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { keyBytes, lineOf } from './keys.ts';
import { createScreen, type Screen } from './screen.ts';

export type TerminalOptions = {
  command: string;
  args?: readonly string[];
  /** Added to the clean environment; undefined takes a variable out of it. */
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** Default 120. */
  columns?: number;
  /** Default 40. */
  rows?: number;
};

type Exit = {
  /** As a shell has it: 128 + n for a signal. */
  code: number;
  /** What `stty -a` says of the terminal that the program left behind. */
  tty: string;
};

/** A program in a real pseudo-terminal whose screen, modes and bytes can be read. */
export type Terminal = Pick<Screen, 'text' | 'cells' | 'cursor' | 'modes' | 'waitFor' | 'settled' | 'held'> & {
  /** Of the program itself, not of the shell that waits for it. */
  pid(): number;
  /** A fresh home directory, deleted on `close`. */
  home: string;
  /** Each key as a read of its own would be too slow to matter: all go in one write. */
  press(...keys: string[]): void;
  /** As a hand does, not as a paste: the line break at its end comes once the text is on the screen. */
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** To the program. */
  kill(signal: NodeJS.Signals): void;
  exited: Promise<Exit>;
  /** Bytes that the program has written to the terminal. */
  bytesWritten(): number;
  /** The last bytes that it wrote, raw (at most 256 KiB). */
  raw(): string;
  /** Ends the program, if it still runs, and cleans up. */
  close(): Promise<void>;
};

const RAW_LIMIT = 256 * 1024;

/**
 * Runs the program in a pseudo-terminal with a home directory and an environment of its own: a UTF-8 locale, UTC, 256
 * colours and truecolor, no user settings. A shell waits for it, as on a host, and afterwards tells the state of the tty.
 */
export function openTerminal(options: TerminalOptions): Terminal {
  const { columns = 120, rows = 40 } = options;
  const home = mkdtempSync(join(tmpdir(), 'deskhand-home-'));
  const sttyFile = join(home, '.stty-after');
  const pty = spawn('/bin/sh', ['-c', WATCHER, sttyFile, options.command, ...(options.args ?? [])], {
    cols: columns,
    rows,
    cwd: options.cwd ?? process.cwd(),
    env: cleanEnvironment(home, options.env),
    encoding: null,
  });
  const screen = createScreen(columns, rows, { answer: (reply) => pty.write(reply) });
  const tape = createTape();
  pty.onData((data) => {
    // Without an encoding the pty delivers bytes, whatever its type says.
    const bytes = Buffer.from(data);
    tape.add(bytes);
    screen.write(bytes);
  });

  let running = true;
  const exited = new Promise<Exit>((resolve) => {
    pty.onExit(async ({ exitCode, signal }) => {
      running = false;
      await screen.settled();
      const code = signal ? 128 + signal : exitCode;
      screen.abandon(`the program ended with code ${code}`);
      resolve({ code, tty: readIfThere(sttyFile) });
    });
  });
  const pid = () => programOf(pty.pid);
  const send = (text: string) => {
    if (running) pty.write(text);
  };
  /** Lines whose end waits for the screen, and what came after them. */
  const queue: string[] = [];
  let typing = false;
  const write = (...texts: string[]) => {
    queue.push(...texts);
    if (!typing) void sendQueue();
  };
  const sendQueue = async () => {
    typing = true;
    for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
      const line = lineOf(text);
      if (line === undefined) {
        send(text);
        continue;
      }
      const echoed = echoOf(line, screen.text());
      send(line);
      await screen.waitFor(echoed, { timeoutMs: ECHO_MS }).catch(() => undefined);
      send('\r');
    }
    typing = false;
  };
  return {
    text: screen.text,
    cells: screen.cells,
    cursor: screen.cursor,
    modes: screen.modes,
    waitFor: screen.waitFor,
    settled: screen.settled,
    held: screen.held,
    pid,
    home,
    press: (...keys) => write(keys.map(keyBytes).join('')),
    type: write,
    resize(toColumns, toRows) {
      screen.resize(toColumns, toRows);
      pty.resize(toColumns, toRows);
    },
    kill: (signal) => process.kill(pid(), signal),
    exited,
    bytesWritten: () => tape.total,
    raw: () => tape.text(),
    async close() {
      if (running) await hangUp(pty.pid, exited);
      screen.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Text that is not echoed is sent all the same. */
const ECHO_MS = 3000;

/** Whether the end of a line that is being typed is on the screen: in the lowest row, or once more than before. */
function echoOf(line: string, before: string): (screen: string) => boolean {
  const tail = line.split(/\p{C}/u).at(-1)?.slice(-12) ?? '';
  const lowest = (screen: string) => screen.slice(screen.lastIndexOf('\n') + 1).includes(tail);
  const count = (screen: string) => screen.split(tail).length;
  return (screen) => (lowest(screen) && !lowest(before)) || count(screen) > count(before);
}

const WATCHER = '"$@"; code=$?; stty -a >"$0" 2>&1; exit $code';

function cleanEnvironment(home: string, more: TerminalOptions['env'] = {}): Record<string, string> {
  const xdg = ['CONFIG', 'DATA', 'STATE', 'CACHE'].map((kind) => {
    const directory = join(home, `xdg-${kind.toLowerCase()}`);
    mkdirSync(directory);
    return [`XDG_${kind}_HOME`, directory];
  });
  const environment: Record<string, string | undefined> = {
    // The very Node that runs the tests comes first.
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
    HOME: home,
    USER: 'operator',
    SHELL: '/bin/sh',
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    TZ: 'UTC',
    ...Object.fromEntries(xdg),
    ...more,
  };
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The child of the waiting shell. */
function programOf(shell: number): number {
  const children = readIfThere(`/proc/${shell}/task/${shell}/children`).trim().split(' ');
  const program = Number(children[0]);
  if (!program) throw new Error('the program is not running');
  return program;
}

/** As when a terminal is closed: the program may clean up after itself, but not for ever. */
async function hangUp(shell: number, exited: Promise<unknown>): Promise<void> {
  const program = Number(readIfThere(`/proc/${shell}/task/${shell}/children`).trim().split(' ')[0]);
  signalQuietly(program, 'SIGHUP');
  const patience = setTimeout(() => {
    signalQuietly(program, 'SIGKILL');
    signalQuietly(shell, 'SIGKILL');
  }, HANG_UP_MS);
  await exited;
  clearTimeout(patience);
}

const HANG_UP_MS = 3000;

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function createTape(): { add(bytes: Buffer): void; total: number; text(): string } {
  let chunks: Buffer[] = [];
  let kept = 0;
  const tape = {
    total: 0,
    add(bytes: Buffer) {
      tape.total += bytes.length;
      chunks.push(bytes);
      kept += bytes.length;
      if (kept > 2 * RAW_LIMIT) {
        chunks = [Buffer.concat(chunks).subarray(-RAW_LIMIT)];
        kept = RAW_LIMIT;
      }
    },
    text: () => Buffer.concat(chunks).subarray(-RAW_LIMIT).toString('utf8'),
  };
  return tape;
}
