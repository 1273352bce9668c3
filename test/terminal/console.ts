import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { openTerminal, type Terminal, type TerminalOptions } from '../harness/terminal.ts';

/** The built program, as an operator starts it. */

export const EXECUTABLE = fileURLToPath(new URL('../../bin/deskhand.js', import.meta.url));

/** An engine that does not answer. */
export const NOWHERE = 'unix:///nonexistent/docker.sock';

const open: Terminal[] = [];

afterEach(async () => {
  for (const terminal of open.splice(0)) await terminal.close();
});

export type ConsoleOptions = Omit<TerminalOptions, 'command' | 'args'> & {
  args?: readonly string[];
  nodeArgs?: readonly string[];
};

/** Starts deskhand in a terminal that is closed when the test ends. */
export function openConsole({ args = [], nodeArgs = [], ...options }: ConsoleOptions = {}): Terminal {
  return inTerminal(process.execPath, [...nodeArgs, EXECUTABLE, ...args], options);
}

/** Any other program in a terminal that is closed when the test ends. */
export function inTerminal(
  command: string,
  args: readonly string[],
  options: Omit<TerminalOptions, 'command'> = {},
): Terminal {
  const terminal = openTerminal({ columns: 160, rows: 50, ...options, command, args });
  open.push(terminal);
  return terminal;
}

/** Types a command as fast as a paste would: it arrives in one read. */
export function command(terminal: Terminal, text: string): void {
  terminal.type(`:${text}\r`);
}

/** Shows one service alone and puts the cursor on it. */
export async function selectService(terminal: Terminal, project: string, service: string): Promise<void> {
  command(terminal, `project ${project}`);
  await terminal.waitFor(`[${project}]`);
  terminal.type(`/^(${project}/)?${service}(?![-\\w])\r`);
  await terminal.waitFor(`Logs(${project}/${service})`);
}

/** The line of the table in which the service stands. */
export function row(screen: string, service: string): string {
  return screen.split('\n').find((line) => new RegExp(`[│/ ]${service} `).test(line)) ?? '';
}

/** Lines of panes whose right border is not where it belongs: something in them moved the cursor, or has another width. */
export function broken(screen: string): string[] {
  return screen.split('\n').filter((line) => /^[┌│└]/.test(line) && !/[┐│┘]$/.test(line));
}

export type AuditLine = Record<string, unknown>;

/** What the console has written to its audit log. */
export function auditLines(terminal: Terminal): AuditLine[] {
  const own = join(terminal.home, 'xdg-state/deskhand/audit.jsonl');
  // The simulated engine's records are kept apart.
  const demo = join(terminal.home, 'xdg-state/deskhand/demo/deskhand/audit.jsonl');
  const text = readFileSync(existsSync(own) ? own : demo, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditLine);
}

/** What must hold of the terminal after the program has gone: no mode left on, the tty as a shell wants it. */
export async function leftBehind(terminal: Terminal): Promise<{ code: number; modes: string[]; sane: boolean }> {
  const { code, tty } = await terminal.exited;
  const flags = tty.split(/\s+/);
  const sane = ['icanon', 'echo', 'isig', 'icrnl', 'opost'].every((flag) => flags.includes(flag));
  return { code, modes: terminal.modes(), sane };
}
