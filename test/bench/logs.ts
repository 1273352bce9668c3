import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../source/clock.ts';
import { fakeLog, lineBytes } from '../../source/engine/logs/fake-log.ts';
import { LogStore } from '../../source/panes/logs/log-store.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { openTerminal } from '../harness/terminal.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { quantile } from './statistics.ts';

/**
 * What logs cost: `node test/bench/logs.ts`, after a build. A container that writes as fast as it can on an engine of its
 * own: lines/s that deskhand takes in beside those that `docker logs -f` does, key to frame meanwhile, and the memory of
 * ten million lines.
 */

const SECONDS = 10;
const KEYS = 100;
const MILLIONS = 10;

const directory = mkdtempSync(join(tmpdir(), 'deskhand-bench-logs-'));
const engine = await startEngine(directory);
try {
  await buildImage(engine.docker);
  await torrent(engine);
  console.log(`load ${loadavg()[0]?.toFixed(1)} before`);
  console.log(`docker logs -f | wc -l: ${Math.round(dockerLines(engine) / SECONDS)} lines/s`);
  await console120x40(engine);
} finally {
  await engine.remove();
  rmSync(directory, { recursive: true, force: true });
}
await tenMillion();

async function torrent({ docker }: TestEngine): Promise<void> {
  const container = await docker.createContainer({
    name: 'torrent',
    Image: IMAGE,
    Cmd: ['yes', '2025-12-06T10:15:30.123456Z  INFO nanoarb: Tick 100 | Orders: 31 | Fills: 25'],
    StopSignal: 'SIGKILL',
    HostConfig: {
      NetworkMode: 'none',
      LogConfig: { Type: 'json-file', Config: { 'max-size': '50m', 'max-file': '2' } },
    },
  });
  await container.start();
}

function dockerLines({ host }: TestEngine): number {
  const script = `timeout ${SECONDS} docker -H ${host} logs -f --tail 200 torrent | wc -l`;
  return Number(execFileSync('sh', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}

/** The built console on the torrent: keys are pressed one after the other, each until the indicator row has changed. */
async function console120x40({ host }: TestEngine): Promise<void> {
  const terminal = openTerminal({ command: process.execPath, args: ['bin/deskhand.js', '--host', host] });
  try {
    await terminal.waitFor('torrent');
    terminal.type(':logs torrent\r');
    await terminal.waitFor(/\d+k\/s/);
    await delay(SECONDS * 1000);
    const indicators = () =>
      terminal
        .text()
        .split('\n')
        .find((row) => row.includes('autoscroll:')) ?? '';
    const rate = /[\d.]+k?\/s/.exec(indicators())?.[0];
    const times: number[] = [];
    const wraps = () => /wrap:\w+/.exec(indicators())?.[0];
    for (let key = 0; key < KEYS; key += 1) {
      const [before, start] = [wraps(), performance.now()];
      terminal.press('w');
      while (wraps() === before) await delay(1);
      times.push(performance.now() - start);
      await delay(50);
    }
    console.log(
      `deskhand: ${rate} lines, key to frame p50 ${show(times, 0.5)} ms, p95 ${show(times, 0.95)} ms (n=${KEYS})`,
    );
    console.log(`  ${indicators().replaceAll('│', '').trim()}`);
  } finally {
    await terminal.close();
  }
}

function show(times: readonly number[], share: number): string {
  return (
    quantile(
      [...times].sort((a, b) => a - b),
      share,
    ) ?? Number.NaN
  ).toFixed(1);
}

/** Ten million lines from memory through the whole intake: the rate that is the console's own, and its memory over time. */
async function tenMillion(): Promise<void> {
  const start = BigInt(Date.now()) * 1_000_000n;
  const lines = Array.from({ length: 1000 }, (_, i) =>
    lineBytes({ nanos: start + BigInt(i), text: `tick ${i} orders 31 fills 25` }),
  );
  const block = Buffer.concat(lines);
  let left = MILLIONS * 1000;
  const stream = new Readable({
    read() {
      left -= 1;
      this.push(left >= 0 ? block : null);
    },
  });
  const store = new LogStore({ ...fakeLog(), logs: async () => stream }, systemClock, {
    range: { kind: 'head', lines: MILLIONS * 1e6 + 1 },
    limitBytes: 16 * 1024 * 1024,
    everyMs: 200,
  });
  const began = performance.now();
  store.setSources([{ id: 'memory', name: 'memory', running: true, tty: false }]);
  const resident: string[] = [];
  let next = 1e6;
  while (store.statuses()[0]?.state !== 'ended') {
    await delay(20);
    if ((store.statuses()[0]?.lines ?? 0) < next) continue;
    next += 2e6;
    resident.push((process.memoryUsage().rss / 2 ** 20).toFixed(0));
  }
  const rate = (MILLIONS * 1e9) / (performance.now() - began);
  console.log(
    `intake alone: ${(rate / 1e6).toFixed(2)} million lines/s; resident after every two million: ${resident.join(', ')} MiB`,
  );
  store.close();
}
