import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine } from '../engine/require-engine.ts';
import type { Terminal } from '../harness/terminal.ts';
import { command, row } from './console.ts';
import { answer, type Ground, openGround, recordOf, refusals } from './ground.ts';

/** Scaling and pruning through the built program, on an engine of the test's own. */
describeEngine('scaling', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround({ only: ['worker', 'cache'], ports: 'fixed' });
  });
  afterAll(() => ground?.end());

  const replicas = async (): Promise<string[]> => {
    const filters = { label: ['com.docker.compose.service=worker'] };
    const found = await ground.docker.listContainers({ all: true, filters });
    return found.map(({ Names, State }) => `${Names[0]} ${State}`).toSorted();
  };

  async function scale(terminal: Terminal, service: string, wanted: string): Promise<void> {
    // A filter from before is taken away first.
    terminal.type(`/\u0015^(trading/)?${service}(?![-\\w])\r`);
    await terminal.waitFor((screen) => screen.includes('[1/') && row(screen, service) !== '');
    terminal.press('s');
    await terminal.waitFor(`replicas of trading/${service} (now`);
    terminal.type(`${wanted}\r`);
  }

  it('goes from one replica to two and back, each time after its plan was confirmed', async () => {
    const terminal = await ground.open();
    await scale(terminal, 'worker', '2');
    expect(await answer(terminal, 'Scale')).toContain('trading-worker-2');
    await terminal.waitFor(/scale trading\/worker: .*2/);
    expect(await replicas()).toEqual(['/trading-worker-1 running', '/trading-worker-2 running']);
    expect(recordOf(terminal, 'scale')).toMatchObject({
      begin: { plan: { name: 'trading/worker', options: { wanted: 2 } } },
      end: { ok: true },
    });

    await terminal.waitFor((screen) => row(screen, 'worker').includes('2/2'));
    await scale(terminal, 'worker', '1');
    expect(await answer(terminal, 'Scale')).toContain('trading-worker-2');
    await expect.poll(replicas).toEqual(['/trading-worker-1 running']);
    await terminal.waitFor((screen) => row(screen, 'worker').includes('1/1'));
    expect(recordOf(terminal, 'scale').end).toMatchObject({ ok: true });
  });

  it('refuses a service with a fixed port, and says what would have to change', async () => {
    const terminal = await ground.open();
    await scale(terminal, 'cache', '2');
    const screen = await terminal.waitFor(/scale trading\/cache refused:/);
    expect(screen).toMatch(/6379/);
    expect(screen).toMatch(/To change that:/);
    expect(refusals(terminal)).toMatchObject([{ action: 'scale', name: 'trading/cache' }]);
  });

  it.each(['', 'two', '-1', '1.5', '1e1', '0x2'])('does nothing for %j replicas', async (wanted) => {
    const before = await replicas();
    const terminal = await ground.open();
    await scale(terminal, 'worker', wanted);
    if (wanted === '') command(terminal, 'nonsense');
    await terminal.waitFor(wanted === '' ? 'There is no command' : `, not "${wanted}"`);
    expect(terminal.text()).not.toContain('Cancel');
    expect(await replicas()).toEqual(before);
  });
});

describeEngine('pruning', () => {
  let ground: Ground;
  const images: string[] = [];
  beforeAll(async () => {
    ground = await openGround({ only: ['worker'] });
    for (const name of ['one', 'two', 'three']) images.push(await dangling(ground.docker, name));
  });
  afterAll(() => ground?.end());

  const left = async (): Promise<string[]> => {
    const all = await ground.docker.listImages({ filters: { dangling: ['true'] } });
    return all.map(({ Id }) => Id).toSorted();
  };

  it('takes what was shown, but for what was taken out, and says what it freed', async () => {
    expect(await left()).toEqual(images.toSorted());
    const terminal = await ground.open();
    command(terminal, 'img');
    await terminal.waitFor('Images(');
    terminal.press('shift-x');
    const dialog = await terminal.waitFor(/Prune dangling images \(3 objects/);
    for (const id of images) expect(dialog).toContain(id.slice(7, 19));
    // No key acts before the dialog can have been read.
    await terminal.waitFor('> Cancel <');
    terminal.press('space');
    const taken = /\[ \] ([0-9a-f]{12})/.exec(await terminal.waitFor('[ ]'))?.[1] ?? 'none';
    const kept = images.find((id) => id.includes(taken)) ?? '';
    await answer(terminal, 'Prune');
    await terminal.waitFor(/prune .*freed/i, { timeoutMs: 30_000 });
    await expect.poll(left).toEqual([kept]);
    const { begin, end } = recordOf(terminal, 'prune');
    expect(JSON.stringify(begin.plan)).not.toContain(kept);
    expect(end).toMatchObject({ ok: true, steps: [{ ok: true }, { ok: true }] });
  });
});

/** An image without a name, with a file of its own in it. */
async function dangling(docker: Docker, name: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-dangling-'));
  writeFileSync(join(directory, name), name.repeat(10_000));
  const tar = spawn('tar', ['-C', directory, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const stream = await docker.importImage(tar.stdout, {});
    const said = await new Promise<{ status: string }[]>((resolve, reject) =>
      docker.modem.followProgress(stream, (error, all) => (error ? reject(error) : resolve(all))),
    );
    return said.at(-1)?.status ?? '';
  } finally {
    rmSync(directory, { recursive: true });
  }
}
