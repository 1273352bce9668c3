import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../source/simulator/simulator.ts';
import type { Terminal } from '../harness/terminal.ts';
import { auditLines, command, openConsole, row } from './console.ts';

/** What an operator does with logs and with what changes the world, through the built program on a simulated engine. */

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

async function open(more: Parameters<typeof openConsole>[0] = {}): Promise<Terminal> {
  const terminal = openConsole({ ...more, args: ['--host', `unix://${simulator.socketPath}`, ...(more.args ?? [])] });
  await terminal.waitFor(/exness\/backend/);
  return terminal;
}

describe('prune', () => {
  it('leaves what was taken out of its plan, and holds what was freed against what was promised for the rest', async () => {
    const terminal = await open();
    command(terminal, 'prune images');
    const before = await terminal.waitFor('> Cancel <');
    const [, count] = /(\d+) objects, [\d.]+\wiB; <space> takes one out/.exec(before) ?? [];
    terminal.press('space');
    await terminal.waitFor('[ ]');
    terminal.press('tab', 'enter');
    await terminal.waitFor(/pruned (\d+) of \1 objects, freed ([\d.]+\wiB) of \2/);
    const end = auditLines(terminal).find(({ kind }) => kind === 'end');
    expect(end?.steps).toHaveLength(Number(count) - 1);
    command(terminal, 'prune images');
    await terminal.waitFor(/\(1 object, [\d.]+\wiB\)/);
  });

  it('is given up with esc while the engine still adds up its disk use, and asks nothing later', async () => {
    const terminal = await open();
    await simulator.misbehave({ slow: 3000 });
    command(terminal, 'prune system');
    await terminal.waitFor('(<esc> stops it)');
    terminal.press('esc');
    await terminal.waitFor((screen) => !screen.includes('(<esc> stops it)'));
    await simulator.misbehave('none');
    command(terminal, 'svc exness');
    const screen = await terminal.waitFor('Services(exness)');
    expect(screen).not.toContain('Type system');
  });
});

describe('a table that the engine is asked for', () => {
  it('says that it asks, and not that there is nothing, until the engine has answered', async () => {
    const terminal = await open();
    await simulator.misbehave('hang');
    command(terminal, 'volumes');
    const screen = await terminal.waitFor('Loading …');
    expect(screen).toContain('Volumes(all)[0]');
    expect(screen).not.toContain('No volumes');
    await simulator.misbehave('none');
    await terminal.waitFor('docker_nanoarb-data');
  });
});

describe('two consoles', () => {
  it('do not act twice: the second learns that what it planned for has been replaced', async () => {
    const [first, second] = [await open(), await open()];
    for (const terminal of [first, second]) {
      command(terminal, 'restart exness/redis');
      await terminal.waitFor('> Cancel <');
    }
    first.press('tab', 'enter');
    await first.waitFor(/restart exness\/redis: healthy again/);
    second.press('tab', 'enter');
    await second.waitFor(/started again since the plan was shown.*nothing was changed/s);
    expect(auditLines(second).find(({ kind }) => kind === 'end')).toMatchObject({ ok: false, steps: [] });
  });
});

describe('the audit log', () => {
  it('is a table whose records open: each call with its result', async () => {
    const terminal = await open({ columns: 80, rows: 24 });
    command(terminal, 'restart exness/redis');
    await terminal.waitFor('> Cancel <');
    terminal.press('tab', 'enter');
    await terminal.waitFor(/healthy again/);
    command(terminal, 'audit');
    await terminal.waitFor(/root +end +restart/);
    terminal.press('enter');
    await terminal.waitFor(/ok {2}exness-redis: restart \(stop timeout 10 s\)/);
    terminal.press('esc');
    await terminal.waitFor(/root +end +restart/);
    // Newest first: the end, the call, the beginning.
    terminal.press('down', 'down', 'd');
    await terminal.waitFor(/answer +confirmed/);
  });
});

describe('logs', () => {
  it('go to $PAGER and come back', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'deskhand-pager-'));
    const pager = join(directory, 'pager.sh');
    writeFileSync(pager, '#!/bin/sh\nhead -n 2 "$1"; echo IN THE PAGER; read -r answer\n', { mode: 0o700 });
    const paged = await open({ env: { PAGER: pager } });
    command(paged, 'logs trading/worker');
    await paged.waitFor('Logs(trading/worker)');
    await paged.waitFor(/\/s/);
    paged.press('o');
    await paged.waitFor('IN THE PAGER');
    paged.type('q\r');
    await paged.waitFor(/Also saved to/);
    await paged.waitFor('Logs(trading/worker)');
    paged.press('w');
    await paged.waitFor('wrap:on');
    rmSync(directory, { recursive: true });
  });

  it('of marked services are one', async () => {
    const terminal = await open();
    command(terminal, 'svc trading');
    await terminal.waitFor('Services(trading)');
    terminal.press('g', 'space', 'space', 'l');
    await terminal.waitFor(/Logs\(trading\/\w+\+1\)/);
  });

  it('open around the moment of an event', async () => {
    const terminal = await open();
    await simulator.play('redis-oom');
    await terminal.waitFor((screen) => /✖/.test(row(screen, 'exness/redis')));
    command(terminal, 'events');
    await terminal.waitFor('Events(');
    terminal.type('/ended\r');
    await terminal.waitFor('</ended>');
    terminal.press('l');
    await terminal.waitFor(/Logs\(exness\/\w+\)\[\d\d:\d\d:\d\d–\d\d:\d\d:\d\d\]/);
  });
});
