import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../source/lib/clock.ts';
import { containerId, engineId } from '../../source/lib/ids.ts';
import { LogStore } from '../../source/logs/log-store.ts';
import { fakeLog, lineBytes } from '../builders/fake-log.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { openTerminal, type Terminal } from '../harness/terminal.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { residentMiB } from './process.ts';
import { quantile } from './statistics.ts';

/**
 * What logs cost: `npm run bench -- --only logs`, or `node test/bench/logs.ts`, after a build. A container that writes as fast as it can on an engine of its
 * own: lines/s that deskhand takes in beside those that `docker logs -f` does, into a pipe and through a pipe to a terminal, each
 * alone and for as long; key to frame meanwhile, and the memory of ten million lines.
 */

const SECONDS = 10;
const KEYS = 100;
const MILLIONS = 10;
const LINE = '2025-12-06T10:15:30.123456Z  INFO nanoarb: Tick 100 | Orders: 31 | Fills: 25';
const LINES_READ = / (\d+) lines/;

const collect = garbageCollector();
const directory = mkdtempSync(join(tmpdir(), 'deskhand-bench-logs-'));
const engine = await startEngine(directory);
try {
  await buildImage(engine.docker);
  await start(engine, 'quiet', ['sh', '-c', 'while :; do echo alive; sleep 1; done']);
  await start(engine, 'torrent', ['yes', LINE]);
  console.log(`load ${loadavg()[0]?.toFixed(1)} before`);
  // In turn, as the engine is not as fast all the time.
  const rates = { pipe: [] as number[], terminal: [] as number[], deskhand: [] as number[] };
  for (let round = 0; round < 2; round += 1) {
    rates.pipe.push(dockerLines(engine));
    rates.terminal.push(await dockerTerminalLines(engine));
    rates.deskhand.push(await deskhandLines(engine));
  }
  console.log(`docker logs -f | wc -l: ${rates.pipe.join(', ')} lines/s`);
  console.log(`docker logs -f | cat in a terminal: ${rates.terminal.join(', ')} lines/s`);
  console.log(`deskhand in a terminal: ${rates.deskhand.join(', ')} lines/s`);
  const ratios = rates.deskhand.map((rate, round) => (rate / (rates.terminal[round] ?? Number.NaN)).toFixed(2));
  console.log(`  deskhand to docker logs -f in a terminal: ${ratios.join(', ')}`);
  await consoles(engine);
} finally {
  await engine.remove();
  rmSync(directory, { recursive: true, force: true });
}
await tenMillion();

async function start({ docker }: TestEngine, name: string, command: string[]): Promise<void> {
  const container = await docker.createContainer({
    name,
    Image: IMAGE,
    Cmd: command,
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
  const lines = Number(execFileSync('sh', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  return Math.round(lines / SECONDS);
}

/** Lines/s that come out of the terminal: what it has not interpreted at the end costs time too. */
async function dockerTerminalLines({ host }: TestEngine): Promise<number> {
  const script = `docker -H ${host} logs -f --tail 200 torrent | cat`;
  const terminal = openTerminal({ command: 'sh', args: ['-c', script] });
  try {
    await terminal.waitFor('Fills: 25');
    const [before, start] = [terminal.bytesWritten(), performance.now()];
    await delay(SECONDS * 1000);
    const bytes = terminal.bytesWritten() - before;
    await terminal.settled();
    // The terminal's driver ends each line in two characters.
    return Math.round((bytes / (LINE.length + 2) / (performance.now() - start)) * 1000);
  } finally {
    await terminal.close();
  }
}

/** Lines/s that one built console alone takes in: by the number of lines that it has read, which it tells of each source (`i`). */
async function deskhandLines({ host }: TestEngine): Promise<number> {
  const terminal = openTerminal({ command: process.execPath, args: ['bin/deskhand.js', '--host', host] });
  try {
    await showLogs(terminal, 'torrent');
    terminal.type('i');
    await terminal.waitFor(LINES_READ);
    const read = () => Number(LINES_READ.exec(terminal.text())?.[1]);
    const [before, start] = [read(), performance.now()];
    await delay(SECONDS * 1000);
    return Math.round(((read() - before) / (performance.now() - start)) * 1000);
  } finally {
    await terminal.close();
  }
}

async function showLogs(terminal: Terminal, name: string): Promise<void> {
  await terminal.waitFor('torrent');
  terminal.type(`:logs ${name}\r`);
  await terminal.waitFor(`Logs(${name})`);
}

/**
 * Two built consoles, one on the torrent and one on a quiet log: keys are pressed in turn, each until the indicator row has
 * changed. What both need is the machine's; only the difference is the torrent's.
 */
async function consoles({ host }: TestEngine): Promise<void> {
  const open = () => openTerminal({ command: process.execPath, args: ['bin/deskhand.js', '--host', host] });
  const [busy, quiet] = [open(), open()];
  try {
    await showLogs(busy, 'torrent');
    await showLogs(quiet, 'quiet');
    await busy.waitFor(/\d+k\/s/);
    await delay(SECONDS * 1000);
    const times: { busy: number[]; quiet: number[] } = { busy: [], quiet: [] };
    for (let key = 0; key < KEYS; key += 1) {
      times.busy.push(await keyToFrame(busy));
      times.quiet.push(await keyToFrame(quiet));
    }
    console.log(`keys meanwhile: ${indicators(busy).replaceAll('│', '').trim()}`);
    for (const [name, all] of Object.entries(times)) {
      console.log(`  key to frame, ${name} log: p50 ${show(all, 0.5)} ms, p95 ${show(all, 0.95)} ms (n=${KEYS})`);
    }
    const resident: string[] = [];
    for (let reading = 0; reading < 7; reading += 1) {
      if (reading > 0) await delay(SECONDS * 1000);
      resident.push(residentMiB(busy.pid()).toFixed(0));
    }
    console.log(`  resident, busy log, every ${SECONDS} s from there on: ${resident.join(', ')} MiB`);
  } finally {
    await Promise.all([busy.close(), quiet.close()]);
  }
}

function indicators(terminal: Terminal): string {
  const rows = terminal.text().split('\n');
  return rows.find((row) => row.includes('autoscroll:')) ?? '';
}

async function keyToFrame(terminal: Terminal): Promise<number> {
  const wraps = () => /wrap:\w+/.exec(indicators(terminal))?.[0];
  const [before, start] = [wraps(), performance.now()];
  terminal.press('w');
  while (wraps() === before) await delay(1);
  const took = performance.now() - start;
  await delay(50);
  return took;
}

function show(times: readonly number[], share: number): string {
  return (
    quantile(
      [...times].sort((a, b) => a - b),
      share,
    ) ?? Number.NaN
  ).toFixed(1);
}

/** After a collection, in MiB: what the process needs itself, and what the system has given it. */
function memory(): { live: number; resident: number } {
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  // `external` holds the array buffers too.
  return { live: heapUsed / 2 ** 20 + external / 2 ** 20, resident: rss / 2 ** 20 };
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
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
  store.setSources([
    { engine: engineId('fake'), id: containerId('memory'), name: 'memory', running: true, tty: false },
  ]);
  const readings: { live: number; resident: number }[] = [];
  let next = 1e6;
  while (store.statuses()[0]?.state !== 'ended') {
    await delay(20);
    if ((store.statuses()[0]?.lines ?? 0) < next) continue;
    next += 2e6;
    readings.push(memory());
  }
  const rate = (MILLIONS * 1e9) / (performance.now() - began);
  const list = (of: 'live' | 'resident') => readings.map((reading) => reading[of].toFixed(0)).join(', ');
  console.log(`intake alone: ${(rate / 1e6).toFixed(2)} million lines/s`);
  console.log(`  memory after one million lines and every two more, collected: ${list('live')} MiB`);
  console.log(`  resident: ${list('resident')} MiB`);
  store.close();
}
