import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Effort, measure, pairedStarts, type Result } from './measures.ts';
import { isNoisy, noise } from './noise.ts';
import { deskhand, peer } from './program.ts';
import { type Machine, type Report, table } from './report.ts';
import { realEngine, type Setup, simulator } from './setups.ts';
import { soak } from './soak.ts';

/**
 * What the built console costs: `npm run bench -- [--json] [--save] [--peer PATH] [--seconds N] [--repeats N] [--keys N]
 * [--only real|simulator|scale|logs|metrics]`. Each figure stands beside its ratio to the last committed run (docs/benchmarks/last.json, written
 * by `--save`). `--peer` measures another console on the same engine, such as lazydocker. On a machine that is busy with other things it
 * concludes nothing: exit status 3. `npm run bench -- soak` is a long watch beside a flood of lines: soak.ts; `npm run bench -- fleet` is many
 * hosts at once: fleet.ts.
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
    save: { type: 'boolean', default: false },
    peer: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    repeats: { type: 'string', default: '3' },
    keys: { type: 'string', default: '100' },
    only: { type: 'string' },
  },
});
const effort: Effort = { repeats: Number(values.repeats), seconds: Number(values.seconds), keys: Number(values.keys) };
const LAST = fileURLToPath(new URL('../../docs/benchmarks/last.json', import.meta.url));

type Kind = 'real' | 'simulator' | 'scale';
const SETUPS: readonly [kind: Kind, make: () => Promise<Setup>][] = [
  ['real', () => realEngine(13)],
  ['real', () => realEngine(50)],
  ['simulator', () => simulator(50)],
  ['scale', () => simulator(1000)],
  ['scale', () => simulator(5000)],
];

const before = noise();
const results: Result[] = [];
for (const [kind, make] of SETUPS) {
  // Thousands of containers take minutes: on request.
  if (values.only ? values.only !== kind : kind === 'scale') continue;
  if (kind === 'real' && !canRunEngine()) {
    say('no real engine: it takes root, dockerd and a static busybox; left out');
    continue;
  }
  await measureAll(kind, make);
}

async function measureAll(kind: Kind, make: () => Promise<Setup>): Promise<void> {
  const setup = await make();
  const note = (text: string) => say(`${setup.title}: ${text} …`);
  try {
    results.push(await measure(setup, effort, note));
    if (values.peer === undefined || kind !== 'real') return;
    const other = peer(values.peer);
    const paired = await pairedStarts(setup, deskhand, other, effort.repeats * 3);
    say(
      `${setup.title}: first frame ÷ ${other.title}, of pairs: ${paired.median.toFixed(2)} (${paired.least.toFixed(2)}–${paired.most.toFixed(2)})`,
    );
    const theirs = await measure(setup, effort, (text) => note(`${other.title}: ${text}`), other);
    results.push({ ...theirs, setup: `${setup.title}, ${other.title}` });
  } finally {
    await setup.close();
  }
}

// It prints as it goes: no part of the one document of --json.
if (!values.json && (!values.only || values.only === 'logs') && canRunEngine()) await import('./logs.ts');
if (!values.json && (!values.only || values.only === 'metrics')) await import('./prometheus-bench.ts');

const machine: Machine = {
  cpus: cpus().length,
  model: cpus()[0]?.model,
  node: process.version,
  load: loadavg()[0] ?? Number.NaN,
  noise: Math.max(before, noise()),
};
const report: Report = { date: new Date().toISOString().slice(0, 10), machine, results };
const noisy = isNoisy(machine.noise);
const text = JSON.stringify(report, null, 2);
if (values.json) console.log(text);
else if (results.length > 0) print();
if (noisy) {
  say(
    `The same work takes up to ${machine.noise.toFixed(1)} times as long on this machine now: it is busy, and nothing follows from these figures.`,
  );
  process.exitCode = 3;
} else if (values.save) writeFileSync(LAST, `${text}\n`);

function print(): void {
  const { cpus: count, model, node, load, noise: measured } = machine;
  console.log(`\n${count} x ${model}, Node ${node}, load ${load.toFixed(1)}, noise ${measured.toFixed(2)}, 120x40\n`);
  console.log(table(results, lastResults()).join('\n'));
}

/** Of the committed run; none where it cannot be compared with. */
function lastResults(): readonly Result[] {
  try {
    return (JSON.parse(readFileSync(LAST, 'utf8')) as Report).results;
  } catch {
    return [];
  }
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
