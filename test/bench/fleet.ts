import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn as spawnPty } from '@lydell/node-pty';
import { createScreen } from '../harness/screen.ts';
import { cpuMs, residentMiB } from './process.ts';
import { terminalAt } from './program.ts';
import { quantile } from './statistics.ts';

/**
 * What a fleet costs: 100 simulated hosts, each 50 ms away, in a process of their own; then the same with 30 that hang.
 * Bars: all verdicts within 3 s of exec; 30 hung hosts delay the others by half a second at most; key to frame p99 16 ms; 200 MB.
 */

const EXECUTABLE = fileURLToPath(new URL('../../bin/deskhand.js', import.meta.url));
const HOSTS = 100;
const HUNG = 30;

type Measured = {
  verdictsMs: number;
  cpuMs: number;
  keys: readonly number[];
  idlePercent: number;
  residentMiB: number;
};

/** `well`: hosts that will be ok. */
async function measured(faults: string, well: number): Promise<Measured> {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-bench-fleet-'));
  const engines = spawn(
    process.execPath,
    [EXECUTABLE, 'demo', '--hosts', String(HOSTS), '--engine-only', '--faults', faults],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const file = join(directory, 'config.yaml');
    writeFileSync(file, await settingsOf(engines.stdout));
    // The first start fills the compile cache.
    await console100(directory, file, well, 0);
    return await console100(directory, file, well, 100);
  } finally {
    engines.kill('SIGTERM');
    await once(engines, 'exit');
    rmSync(directory, { recursive: true, force: true });
  }
}

async function settingsOf(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of output) {
    text += String(chunk);
    if (text.split('endpoint').length > HOSTS && text.endsWith('\n')) return text;
  }
  throw new Error('the simulated engines did not start');
}

async function console100(home: string, file: string, well: number, presses: number): Promise<Measured> {
  const screen = createScreen(120, 40);
  const args = [EXECUTABLE, '--fleet', '--config', file];
  const begun = performance.now();
  const pty = spawnPty(process.execPath, args, terminalAt(home));
  let wrote = () => {};
  pty.onData((data) => {
    screen.write(Buffer.from(data));
    wrote();
  });
  const exited = new Promise<void>((resolve) => pty.onExit(() => resolve()));
  try {
    await screen.waitFor(new RegExp(`Hosts: .*\\b${well} ok`), { timeoutMs: 60_000 });
    const verdictsMs = performance.now() - begun;
    const used = cpuMs([pty.pid]);
    const keys: number[] = [];
    if (presses > 0) await delay(10_000);
    for (let press = 0; press < presses; press += 1) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wrote = resolve;
      const start = performance.now();
      pty.write(press % 2 ? 'k' : 'j');
      await promise;
      keys.push(performance.now() - start);
      wrote = () => {};
      await delay(40 + ((press * 37) % 61));
    }
    const before = cpuMs([pty.pid]);
    const seconds = presses > 0 ? 20 : 0;
    await delay(seconds * 1000);
    const idlePercent = (cpuMs([pty.pid]) - before) / (seconds * 10);
    return { verdictsMs, cpuMs: used, keys, idlePercent, residentMiB: residentMiB(pty.pid) };
  } finally {
    pty.kill('SIGTERM');
    await exited;
    screen.close();
  }
}

function row({ verdictsMs, cpuMs: used, keys, idlePercent, residentMiB: memory }: Measured): string {
  const key = (share: number) => (quantile(keys, share) ?? Number.NaN).toFixed(1);
  return `verdicts ${verdictsMs.toFixed(0)} ms after exec (${used.toFixed(0)} ms CPU), key to frame p50 ${key(0.5)} p99 ${key(0.99)} ms, idle ${idlePercent.toFixed(1)} % CPU, ${memory.toFixed(0)} MiB`;
}

const calm = await measured(`slow=${HOSTS}`, HOSTS);
console.log(`\n${HOSTS} simulated hosts, 50 ms away: ${row(calm)}`);
const hung = await measured(`hang=${HUNG},slow=${HOSTS - HUNG}`, HOSTS - HUNG);
console.log(`${HUNG} of them hang: ${row(hung)}`);
