import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { openTerminal, type Terminal } from '../harness/terminal.ts';
import { EXECUTABLE } from '../terminal/console.ts';
import { ESC, WAIT, type Walk } from './views.ts';

/** The held clock stands for the first time one minute later. */
const START = '2026-11-20T09:15:00Z';
/** Seconds between the beginnings of two views: enough to go back to the first screen and for the steps of most views. */
const SLOT = 12;
/** A limit for what has gone wrong, not a measure. */
const LIMIT = { timeoutMs: 120_000 };

/** The screens of the walk's views as text, by name, from one built program on the simulated engine with a held clock. */
export async function capture(
  { flags, home, views }: Walk,
  columns: number,
  rows: number,
): Promise<Map<string, string>> {
  // The header shows where the engine listens: a path relative to a directory of its own is the same in every run.
  const cwd = mkdtempSync(join(tmpdir(), 'deskhand-golden-'));
  const args = [EXECUTABLE, 'demo', '--clock', START, ...flags];
  const terminal = openTerminal({ command: process.execPath, args, columns, rows, cwd });
  const screens = new Map<string, string>();
  try {
    await terminal.waitFor(() => terminal.held() > 0, LIMIT);
    let second = 0;
    const step = async (text: string) => {
      await stepped(terminal, text);
      second += 1;
    };
    let begin = 0;
    for (const { name, steps } of views) {
      for (let tries = 0; !home.test(terminal.text()); tries++) {
        if (tries === SLOT) throw new Error(`no way back to the first screen before "${name}":\n${terminal.text()}`);
        await step(ESC);
      }
      while (second > begin) begin += SLOT;
      while (second < begin) await step(WAIT);
      for (const text of steps) await step(text);
      screens.set(name, plain(terminal.text()));
      begin += SLOT;
    }
  } finally {
    await terminal.close();
    rmSync(cwd, { recursive: true, force: true });
  }
  return screens;
}

async function stepped(terminal: Terminal, text: string): Promise<void> {
  const before = terminal.held();
  terminal.type(text);
  await terminal.waitFor(() => terminal.held() > before, LIMIT);
}

/** Without trailing blanks, and with what differs from run to run replaced: the operator's name, sockets, ports and random pauses. */
function plain(screen: string): string {
  const lines = screen.split('\n').map((line) => line.trimEnd());
  return `${lines.join('\n')}\n`
    .replaceAll(` ${userInfo().username.padEnd(8)} `, ' operator ')
    .replaceAll(/(?<=next try in )\d(?=s)/g, '1')
    .replaceAll(/(?<=\/tmp\/deskhand-)\w{1,6}/g, (random) => 'XXXXXX'.slice(0, random.length))
    .replaceAll(/(?<=\/\/127\.0\.0\.1:)\d{1,5}/g, (port) => '00000'.slice(0, port.length));
}
