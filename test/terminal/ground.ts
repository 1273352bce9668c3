import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { expect } from 'vitest';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import type { Terminal } from '../harness/terminal.ts';
import { IMAGE } from '../stacks/image.ts';
import { type RunningStack, type StackOptions, startStack } from '../stacks/stack.ts';
import { type AuditLine, auditLines, command, openConsole } from './console.ts';

/** A real engine of the test's own with the trading stack and what the test adds: nothing here can hurt anybody else's. */
export type Ground = {
  engine: TestEngine;
  docker: Docker;
  stack: RunningStack;
  /** The console on this engine, once it shows the services. */
  open(args?: readonly string[], more?: { env?: Record<string, string>; rows?: number }): Promise<Terminal>;
  /** A container beside the stack, running. */
  run(name: string, script: string, more?: Docker.ContainerCreateOptions): Promise<Docker.Container>;
  end(): Promise<void>;
};

export async function openGround(options: StackOptions = {}): Promise<Ground> {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-ground-'));
  const engine = await startEngine(directory);
  // Long enough to see a crash, short enough for many tests.
  const config = join(directory, 'config.yaml');
  writeFileSync(config, 'actions: {stable: 2}\n');
  const { docker } = engine;
  const stack = await startStack(docker, 'trading', { prefix: '', ...options });
  return {
    engine,
    docker,
    stack,
    async open(args = [], more = {}) {
      const terminal = openConsole({ args: ['--host', engine.host, '--config', config, ...args], rows: 40, ...more });
      await terminal.waitFor(/trading\/(?:api|cache|db|worker)/);
      return terminal;
    },
    async run(name, script, more = {}) {
      const container = await docker.createContainer({ name, Image: IMAGE, Cmd: ['sh', '-c', script], ...more });
      await container.start();
      return container;
    },
    async end() {
      await engine.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Ends at once on SIGTERM. */

/** Shows the containers whose name fits, and only them. */
export async function showContainers(terminal: Terminal, filter: string, count = 1): Promise<void> {
  command(terminal, `ctr /${filter}`);
  await terminal.waitFor((screen) => screen.includes('Containers(') && screen.includes(`[${count}`));
}

/** Waits for the dialog, sees that Cancel has the focus, and answers with the button of this name. */
export async function answer(terminal: Terminal, button: string): Promise<string> {
  const dialog = await terminal.waitFor('> Cancel <');
  terminal.press('tab');
  await terminal.waitFor(`> ${button} <`);
  terminal.press('enter');
  return dialog;
}

/** Cancels what is running, as an operator does: with its key, and after the question. */
export async function cancelRunning(terminal: Terminal): Promise<void> {
  terminal.press('ctrl-x');
  await terminal.waitFor('> Keep running <');
  terminal.press('tab');
  await terminal.waitFor('> Cancel it <');
  terminal.press('enter');
}

export async function stateOf(container: Docker.Container): Promise<{ status: string; startedAt: string }> {
  const { State } = await container.inspect();
  return { status: State.Status, startedAt: State.StartedAt };
}

/** What the log says of an action, last begun first seen: begin and end belong together, and nothing is missing. */
export function recordOf(terminal: Terminal, action: string): { begin: AuditLine; end: AuditLine } {
  const lines = auditLines(terminal).filter(
    (line) => line.action === action || (line.plan as { action?: string } | undefined)?.action === action,
  );
  const begin = lines.findLast(({ kind }) => kind === 'begin');
  const end = lines.findLast(({ kind }) => kind === 'end');
  expect(begin?.run).toBeDefined();
  expect(end?.run).toBe(begin?.run);
  return { begin: begin ?? {}, end: end ?? {} };
}

export function refusals(terminal: Terminal): AuditLine[] {
  return auditLines(terminal).filter(({ kind }) => kind === 'refused');
}
