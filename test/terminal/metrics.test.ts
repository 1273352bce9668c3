import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEngine, engineHost } from '../engine/require-engine.ts';
import type { Terminal } from '../harness/terminal.ts';
import { type RunningStack, startStack } from '../stacks/stack.ts';
import { broken, command, openConsole, selectService } from './console.ts';

/** The trading engine's own numbers, read from the screen of the built program. */

/** Every panel of the engine's board, with numbers of their kind. */
const BOARD = [
  /P&L .*-?\$\d+/,
  /Position .*-?\d+ of ±50/,
  /Orders\/min .*\d/,
  /Fills\/min .*\d/,
  /Events\/s .*\d/,
  /Inference .*p50 \d+ns .*p95 [\d.]+[nµ]s .*p99 [\d.]+[nµ]s/,
  /Order .*p50 /,
  /Book update .*p50 /,
  /Event .*p50 /,
];

/** Opens the board of the engine in the pane under the services, on a screen where all of it has room. */
async function openBoard(terminal: Terminal, project: string): Promise<void> {
  await terminal.waitFor(/● \d+ ok/);
  await selectService(terminal, project, 'nanoarb');
  await terminal.waitFor((screen) => BOARD.every((panel) => panel.test(screen)), { timeoutMs: 30_000 });
}

describe('metrics on the simulated engine', () => {
  it('shows the board of the trading engine next to its container', async () => {
    const terminal = openConsole({ args: ['demo'], columns: 200, rows: 80 });
    await openBoard(terminal, 'docker');
    await terminal.waitFor(/CPU \d.* MEM .*[MG]iB/);
    const screen = await terminal.waitFor(/nanoarb-engine · scraped \d+s ago · 97 samples in [\d.]+m?s/);
    expect(broken(screen)).toEqual([]);
  });

  it('draws charts on the full screen, with a cursor that reads out values', async () => {
    const terminal = openConsole({ args: ['demo'], columns: 160, rows: 50 });
    await terminal.waitFor('docker/nanoarb');
    command(terminal, 'metrics docker/nanoarb');
    await terminal.waitFor((screen) => screen.includes('┤') && /● p50 \d+ns/.test(screen), { timeoutMs: 30_000 });
    expect(broken(terminal.text())).toEqual([]);
    terminal.press('left');
    await terminal.waitFor(/\d\d:\d\d:\d\d ━ /);
    terminal.press('6');
    await terminal.waitFor(/ \[1h\] 6h /);
    terminal.press('/');
    terminal.type('book_update\r');
    await terminal.waitFor(/nanoarb_book_update_latency_ns +histogram/);
    terminal.press('p');
    await terminal.waitFor(/pinned to the board/);
    terminal.press('esc');
    await terminal.waitFor(/nanoarb book update latency ns pinned/);
  });
});

describeEngine('metrics on a real engine', () => {
  const docker = new Docker();
  let nanoarb: RunningStack;

  beforeAll(async () => {
    nanoarb = await startStack(docker, 'nanoarb', { healthEvery: 1 });
  });
  afterAll(() => nanoarb?.remove());

  it('shows the board of the trading engine', async () => {
    const terminal = openConsole({ env: { DOCKER_HOST: engineHost }, columns: 200, rows: 80 });
    await openBoard(terminal, nanoarb.project);
    expect(broken(terminal.text())).toEqual([]);
  });
});
