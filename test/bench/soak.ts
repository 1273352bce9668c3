import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Docker from 'dockerode';
import { startEngine } from '../harness/engine.ts';
import { openTerminal, type Terminal } from '../harness/terminal.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';

/**
 * A long watch beside a torrent: `npm run bench -- soak [--minutes 30] [--rate 4000] [--host unix://…]`. One built console on a real
 * engine (its own, unless a host is named) shows the logs of a container that writes so many lines a second, and every minute
 * walks through its other views. What its process holds is printed as it goes; in the end, the last third beside the first.
 */

const EVERY_SECONDS = 10;
const SAMPLER = fileURLToPath(new URL('sampler.cjs', import.meta.url));
const EXECUTABLE = fileURLToPath(new URL('../../bin/deskhand.js', import.meta.url));
const LINE = '2026-11-28T10:15:30.123456Z  INFO nanoarb: Tick 100 | Orders: 31 | Fills: 25';
const WALK = [':desk', ':health', ':metrics', ':events', ':containers', ':pulse', ':xray', ':messages'];
const COLUMNS = ['rss', 'heap', 'external', 'buffers', 'cpu', 'handles', 'timers', 'files'] as const;

type Sample = Record<(typeof COLUMNS)[number] | 'seconds', number>;

/** Runs the soak; `args` are those behind its name. */
export async function soak(args: string[]): Promise<void> {
  const options = {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '4000' },
    host: { type: 'string' },
  } as const;
  const { values } = parseArgs({ args, options });
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-soak-'));
  const own = values.host === undefined ? await startEngine(join(directory, 'engine')) : undefined;
  const host = values.host ?? own?.host ?? '';
  const docker = own?.docker ?? new Docker({ socketPath: host.replace(/^unix:\/\//, '') });
  const name = `deskhand-soak-${process.pid}`;
  const samples = join(directory, 'samples');
  const terminal = openTerminal({
    command: process.execPath,
    args: ['--require', SAMPLER, EXECUTABLE, '--host', host],
    env: { SOAK_SAMPLES: samples, SOAK_EVERY: String(EVERY_SECONDS) },
  });
  try {
    await torrent(docker, name, Number(values.rate));
    console.log(`${values.minutes} minutes beside ${values.rate} lines/s, load ${load()}; MiB, seconds of CPU, counts`);
    console.log(row('seconds', (column) => column));
    await watch(terminal, name, Number(values.minutes), samples);
    report(read(samples));
  } finally {
    await terminal.close();
    await docker.getContainer(name).remove({ force: true });
    await own?.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function torrent(docker: Docker, name: string, rate: number): Promise<void> {
  await buildImage(docker);
  const script = `while :; do yes '${LINE}' | head -${Math.round(rate / 10)}; usleep 100000; done`;
  const container = await docker.createContainer({
    name,
    Image: IMAGE,
    Cmd: ['sh', '-c', script],
    StopSignal: 'SIGKILL',
    HostConfig: {
      NetworkMode: 'none',
      LogConfig: { Type: 'json-file', Config: { 'max-size': '20m', 'max-file': '2' } },
    },
  });
  await container.start();
}

async function watch(terminal: Terminal, name: string, minutes: number, samples: string): Promise<void> {
  await terminal.waitFor(name);
  let shown = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const view of WALK) {
      terminal.type(`${view}\r`);
      await delay(1000);
    }
    terminal.type(`:logs ${name}\r`);
    await delay(60_000 - WALK.length * 1000);
    const all = read(samples);
    for (const sample of all.slice(shown).filter((_, index) => index % 3 === 2)) console.log(line(sample));
    shown = all.length;
  }
}

function read(samples: string): Sample[] {
  const lines = readFileSync(samples, 'utf8').split('\n').filter(Boolean);
  return lines.map((text) => JSON.parse(text) as Sample);
}

/** The first minutes are the start: what is loaded, compiled and filled for the first time. */
const START_SECONDS = 180;

function report(all: readonly Sample[]): void {
  const settled = all.filter(({ seconds }) => seconds >= START_SECONDS);
  const third = Math.floor(settled.length / 3);
  const parts = [settled.slice(0, third), settled.slice(-third)];
  console.log(`after the first ${START_SECONDS} s, means of the first and of the last third (load ${load()}):`);
  for (const part of parts) console.log(row('', (column) => mean(part, column).toFixed(1)));
}

const load = () => loadavg()[0]?.toFixed(1);
const mean = (all: readonly Sample[], column: (typeof COLUMNS)[number]) =>
  all.reduce((sum, sample) => sum + sample[column], 0) / all.length;
const line = (sample: Sample) => row(String(sample.seconds), (column) => sample[column].toFixed(0));

function row(first: string, cell: (column: (typeof COLUMNS)[number]) => string): string {
  return [first, ...COLUMNS.map(cell)].map((text) => text.padStart(9)).join('');
}
