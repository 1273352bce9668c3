import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Effort, measure, type Result } from './measures.ts';
import { realEngine, type Setup, simulator } from './setups.ts';
import { soak } from './soak.ts';
import type { Spread } from './statistics.ts';

/**
 * What the built console costs: `npm run bench -- [--json] [--seconds N] [--repeats N] [--keys N] [--only real|simulator|logs|metrics]`.
 * Numbers hold for the machine and the hour; the spread of the repeats is printed beside each median. `npm run bench -- soak` is a
 * long watch beside a torrent of lines: soak.ts; `npm run bench -- fleet` is many hosts at once: fleet.ts.
 */

if (process.argv[2] === 'soak') {
  await soak(process.argv.slice(3));
  process.exit();
}

if (process.argv[2] === 'fleet') {
  await import('./fleet.ts');
  process.exit();
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
    repeats: { type: 'string', default: '3' },
    keys: { type: 'string', default: '100' },
    only: { type: 'string' },
  },
});
const effort: Effort = { repeats: Number(values.repeats), seconds: Number(values.seconds), keys: Number(values.keys) };

const SETUPS: readonly [kind: string, make: () => Promise<Setup>][] = [
  ['real', () => realEngine(13)],
  ['real', () => realEngine(50)],
  ['simulator', () => simulator(50)],
];

const results: Result[] = [];
for (const [kind, make] of SETUPS) {
  if (values.only && values.only !== kind) continue;
  if (kind === 'real' && !canRunEngine()) {
    say('no real engine: it takes root, dockerd and a static busybox; left out');
    continue;
  }
  const setup = await make();
  try {
    results.push(await measure(setup, effort, (text) => say(`${setup.title}: ${text} …`)));
  } finally {
    await setup.close();
  }
}

// It prints as it goes: no part of the one document of --json.
if (!values.json && (!values.only || values.only === 'logs') && canRunEngine()) await import('./logs.ts');
if (!values.json && (!values.only || values.only === 'metrics')) await import('./prometheus-bench.ts');

const [cpu] = cpus();
const machine = { cpus: cpus().length, model: cpu?.model, node: process.version, load: loadavg()[0] };
if (values.json) console.log(JSON.stringify({ machine, effort, results }, null, 2));
else if (results.length > 0) report();

function report(): void {
  console.log(`\n${machine.cpus} x ${machine.model}, Node ${machine.node}, load ${machine.load?.toFixed(1)}, 120x40`);
  console.log('Medians, with the least and the most of the repeats in brackets; CPU in percent of one core.\n');
  if ((machine.load ?? 0) > machine.cpus / 2)
    console.log('The machine is busy with other things: take these for upper bounds.\n');
  const rows: [string, (result: Result) => string][] = [
    ['exec to first frame with names, ms', (result) => text(result.firstFrameMs, 0)],
    ['idle CPU, %', (result) => text(result.idleCpuPercent, 2)],
    ['resident memory, MiB', (result) => text(result.residentMiB, 0)],
    ['bytes a second to the terminal', (result) => text(result.bytesPerSecond, 0)],
    ['load caused in the engine, %', (result) => (result.enginePercent ? text(result.enginePercent, 2) : '-')],
    ['key to frame p50 / p95, ms', ({ keyMs }) => `${keyMs.p50.toFixed(1)} / ${keyMs.p95.toFixed(1)} (n=${keyMs.n})`],
  ];
  console.log(['', ...results.map((result) => result.setup.padEnd(30))].map(pad).join(''));
  for (const [name, show] of rows) console.log([name, ...results.map(show)].map(pad).join(''));
}

function pad(cell: string, column: number): string {
  return cell.padEnd(column === 0 ? 38 : 34);
}

function text({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

function canRunEngine(): boolean {
  try {
    execFileSync(
      'sh',
      ['-c', 'PATH=$PATH:/usr/sbin; command -v dockerd && command -v busybox && test "$(id -u)" = 0'],
      { stdio: 'ignore' },
    );
    return true;
  } catch {
    return false;
  }
}

/** Progress goes to stderr: stdout is the result. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
