import type { SessionEnd, SessionRunner } from '../../actions/action.ts';
import { UNRECORDED } from '../../actions/session.ts';
import { type Mark, newMark, runCommand, signalMarked } from '../../engine/api/command.ts';
import type { Engine, EngineChanges, EngineExec } from '../../engine/engine.ts';
import type { Clock } from '../../lib/clock.ts';
import { safe } from '../../lib/text.ts';
import type { Suspend } from '../../panes/shared/services.ts';
import { type RawTerminal, takeTerminal } from '../../ui/take-terminal.ts';
import { bridge } from './bridge.ts';

export type SessionDeps = {
  clock: Clock;
  suspend: Suspend;
};

/** Opens a shell in a container on the whole terminal: bash if it exists, else sh. */
export function runShell(deps: SessionDeps): SessionRunner {
  return (object, { engine, signal }) =>
    onTerminal(deps, async (terminal) => {
      const name = safe(object.name);
      terminal.write(`\r\nOpening a shell in ${name} …\r\n`);
      const shell = await findShell(engine, deps.clock, object.id, signal);
      if (shell === undefined) return { begun: false, ok: false, text: noShell(name) };
      terminal.write(`Shell in ${name} (${shell}). exit or ctrl-d returns to deskhand. ${UNRECORDED}\r\n\r\n`);
      return inShell({ engine, clock: deps.clock }, object.id, shell, terminal, signal);
    });
}

/** Runs it with the terminal, which is restored however it ends. */
export async function onTerminal(
  { suspend }: SessionDeps,
  run: (terminal: RawTerminal) => Promise<SessionEnd>,
): Promise<SessionEnd> {
  let end: SessionEnd = { begun: false, ok: false, text: 'the terminal is in use' };
  await suspend(async () => {
    const terminal = takeTerminal();
    try {
      end = await run(terminal);
    } finally {
      await terminal.release();
    }
  });
  return end;
}

function noShell(name: string): string {
  return `${name} has no shell: neither bash nor sh can be started in it. :exec ${name} COMMAND runs another program`;
}

/** Asks the container's sh, which is needed in either case. */
async function findShell(
  engine: EngineExec,
  clock: Clock,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  let said = '';
  const end = await runCommand(engine, id, ['sh', '-c', 'command -v bash || echo sh'], {
    clock,
    timeoutMs: 10_000,
    limit: 4096,
    signal,
    onOutput: (_stream, bytes) => {
      said += bytes.toString();
    },
  });
  if (end.kind !== 'exited' || end.exitCode !== 0) return undefined;
  return said.includes('bash') ? 'bash' : 'sh';
}

async function inShell(
  { engine, clock }: { engine: Engine & EngineChanges; clock: Clock },
  id: string,
  shell: string,
  terminal: RawTerminal,
  signal: AbortSignal,
): Promise<SessionEnd> {
  const mark = newMark();
  const env = { TERM: process.env.TERM ?? 'xterm', ...mark.env };
  const session = await engine.exec(id, { command: [shell], tty: true, stdin: true, env });
  await bridge(session, terminal, signal);
  if (signal.aborted) return hangUp(engine, id, mark);
  const code = await session.exitCode();
  if (code === undefined) return { begun: true, ok: false, text: 'the connection ended before the shell' };
  const gone = code === KILLED && (await isDown(engine, clock, id));
  return { begun: true, ok: true, text: `ended with exit code ${code}${gone ? ': its container has ended' : ''}` };
}

/** 128 + SIGKILL: how processes end when their container ends. */
const KILLED = 137;
const LOOKS = 4;
const LOOK_MS = 250;

/** The engine reports a container's end slightly after that of its processes. */
async function isDown(engine: Engine, clock: Clock, id: string): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    if ((await engine.container(id)).state !== 'running') return true;
    await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
  }
  return false;
}

/** As when a terminal is closed: Docker would leave the shell running for ever. */
async function hangUp(engine: EngineExec, id: string, mark: Mark): Promise<SessionEnd> {
  await signalMarked(engine, id, mark, 'HUP');
  return { begun: true, ok: false, text: 'hung up' };
}
