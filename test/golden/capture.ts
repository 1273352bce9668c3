import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { openTerminal } from '../harness/terminal.ts';
import { EXECUTABLE } from '../terminal/console.ts';
import type { View } from './views.ts';

/** When the held clock stands first is a minute later. */
const START = '2026-11-20T09:15:00Z';

/** The screen of a view as text, from the built program on the simulated engine with a held clock. */
export async function capture({ steps, incident }: View, columns: number, rows: number): Promise<string> {
  // The header shows where the engine listens: a path relative to a directory of its own is the same in every run.
  const cwd = mkdtempSync(join(tmpdir(), 'deskhand-golden-'));
  const args = ['demo', '--clock', START, '--socket', 'docker.sock'];
  if (incident !== undefined) args.push('--incident', incident);
  const terminal = openTerminal({ command: process.execPath, args: [EXECUTABLE, ...args], columns, rows, cwd });
  try {
    await terminal.waitFor(() => terminal.held() > 0);
    for (const step of steps) {
      const before = terminal.held();
      terminal.type(step);
      await terminal.waitFor(() => terminal.held() > before);
    }
    return plain(terminal.text());
  } finally {
    await terminal.close();
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Without trailing blanks, and with the same name in the audit log for everyone who runs the test. */
function plain(screen: string): string {
  const lines = screen.split('\n').map((line) => line.trimEnd());
  return `${lines.join('\n')}\n`.replaceAll(` ${userInfo().username.padEnd(8)} `, ' operator ');
}
