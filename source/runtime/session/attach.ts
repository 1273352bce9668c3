import type { SessionEnd, SessionRunner } from '../../actions/action.ts';
import type { ExecSession } from '../../engine/engine.ts';
import { FrameReader } from '../../engine/logs/frames.ts';
import { fields } from '../../engine/parse/fields.ts';
import { safe } from '../../lib/text.ts';
import type { RawTerminal } from '../../ui/take-terminal.ts';
import { bridge, show } from './bridge.ts';
import { onTerminal, type SessionDeps } from './shell.ts';

/** Attaches the whole terminal to the container's program. */
export function runAttach(deps: SessionDeps): SessionRunner {
  return (object, { engine, signal }) =>
    onTerminal(deps, async (terminal) => {
      const { Config } = fields(await engine.inspect('container', object.id));
      const { Tty, OpenStdin } = fields(Config);
      const how = { tty: Tty === true, stdin: OpenStdin === true };
      terminal.write(`\r\n${greeting(safe(object.name), how)}\r\n\r\n`);
      const session = await engine.attach(object.id, how);
      if (how.tty && how.stdin) await whole(session, terminal, signal);
      else await lines(session, how, terminal, signal);
      return ending(session, signal);
    });
}

type How = { tty: boolean; stdin: boolean };

function greeting(name: string, { tty, stdin }: How): string {
  const keys = !stdin
    ? 'It takes no input; ctrl-c detaches.'
    : tty
      ? 'ctrl-p ctrl-q detaches; all other keys, including ctrl-c, go to its program.'
      : 'Lines go to its program; ctrl-c detaches.';
  return `Attached to ${name}. ${keys} The container keeps running either way.`;
}

/** A changed size makes the program redraw. */
async function whole(session: ExecSession, terminal: RawTerminal, signal: AbortSignal): Promise<void> {
  const { columns, rows } = terminal.size();
  await session.resize({ columns, rows: rows + 1 }).catch(() => {});
  await bridge(session, terminal, signal);
}

const CTRL_C = '\u0003';

/** Without a TTY or input: shows its output, made safe, and sends lines edited here. */
async function lines(
  session: ExecSession,
  { tty, stdin }: How,
  terminal: RawTerminal,
  signal: AbortSignal,
): Promise<void> {
  const { stream } = session;
  const type = lineInput(terminal, (line) => {
    if (stream.writable) stream.write(`${line}\n`);
  });
  terminal.onInput((bytes) => {
    const keys = bytes.toString();
    if (keys.includes(CTRL_C)) stream.destroy();
    else if (stdin) for (const key of keys) type(key);
  });
  await show(session, terminal, signal, tty ? (bytes) => bytes : demultiplexed());
}

/** Line editing as by a terminal in cooked mode: echo, backspace, whole lines. */
function lineInput(terminal: RawTerminal, send: (line: string) => void): (key: string) => void {
  let line = '';
  return (key) => {
    if (key === '\r' || key === '\n') {
      terminal.write('\r\n');
      send(line);
      line = '';
    } else if (key === '\u007f' || key === '\b') {
      if (line !== '') terminal.write('\b \b');
      line = line.slice(0, -1);
    } else if (key >= ' ') {
      terminal.write(key);
      line += key;
    }
  };
}

/** Frames to text without control sequences. */
function demultiplexed(): (chunk: Buffer) => string {
  const decoder = new TextDecoder();
  let shown = '';
  const frames = new FrameReader((_stream, bytes, start, end) => {
    shown += decoder.decode(bytes.subarray(start, end), { stream: true });
  });
  return (chunk) => {
    shown = '';
    frames.push(chunk);
    return shown.split('\n').map(safe).join('\r\n');
  };
}

async function ending(session: ExecSession, signal: AbortSignal): Promise<SessionEnd> {
  const code = await session.exitCode();
  if (code === undefined) return { begun: true, ok: !signal.aborted, text: 'detached; the container keeps running' };
  return { begun: true, ok: true, text: `it ended with exit code ${code}` };
}
