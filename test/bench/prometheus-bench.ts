import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { builtInProfiles } from '../../source/metrics/profiles.ts';
import { evaluateRange } from '../../source/prometheus/evaluate.ts';
import { ExpositionParser } from '../../source/prometheus/exposition/parser.ts';
import { History } from '../../source/prometheus/history.ts';
import { nanoarbMetrics } from '../../source/simulator/metrics/nanoarb.ts';

/**
 * What metrics cost: `npm run bench -- --only metrics`. The bars: 100 MB/s of text and 10,000 series in 10 ms, scrape after
 * scrape and in the first scrape of an endpoint. CPU time, of all threads, is printed beside wall time: on a busy machine
 * only it means something.
 */

const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});

function page(series: number, round: number): Buffer {
  const lines = ['# TYPE http_request_duration_seconds histogram'];
  for (let index = 0; index < series; index += 1) {
    const labels = `handler="/api/v1/orders/${index >> 4}",method="GET",code="200",le="${(index & 15) / 10}"`;
    lines.push(`http_request_duration_seconds_bucket{${labels}} ${(index * 37 + round * 11) % 100_003}`);
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** A page whose lines share no label's value: nothing that was read helps to read the next. */
function strangers(series: number): Buffer {
  const text = (index: number) => Math.imul(index + 1, 0x9e3779b1).toString(36);
  const lines = Array.from({ length: series }, (_, index) => {
    return `orders_info{order="${text(index)}",account="${text(index + 1e6)}",symbol="S${index}"} ${index}`;
  });
  return Buffer.from(`${lines.join('\n')}\n`);
}

type Cost = { wall: number; cpu: number; least: number };

/** Milliseconds of so many runs: the median by the wall and of the CPU, and the least of the CPU. */
function timed(runs: number, run: (round: number) => void): Cost {
  const walls: number[] = [];
  const spent: number[] = [];
  for (let round = 0; round < runs; round += 1) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    run(round);
    walls.push(performance.now() - start);
    const { user, system } = process.cpuUsage(cpu);
    spent.push((user + system) / 1000);
  }
  return { wall: median(walls), cpu: median(spent), least: Math.min(...spent) };
}

const median = (all: number[]) => all.sort((a, b) => a - b)[all.length >> 1] ?? 0;

function report(name: string, { wall, cpu, least }: Cost, more = ''): void {
  const spent = `cpu ${cpu.toFixed(2).padStart(8)} ms (least ${least.toFixed(2)})`;
  console.log(`${name.padEnd(52)} ${wall.toFixed(2).padStart(9)} ms  ${spent.padEnd(32)} ${more}`);
}

const rate = (bytes: number, { cpu }: Cost) => `${(bytes / 1e3 / cpu).toFixed(0)} MB/s of CPU`;

/** A new parser each time, as for a new endpoint, once the JIT is warm. */
function firstScrape(name: string, body: Buffer): void {
  const run = () => new ExpositionParser().parse(body);
  timed(20, run);
  const first = timed(20, run);
  report(name, first, rate(body.length, first));
}

function parsing(series: number): void {
  const pages = [page(series, 0), page(series, 1)];
  const bytes = pages[0]?.length ?? 0;
  firstScrape(`parse ${series} series, first scrape`, pages[0] ?? Buffer.of());
  const parser = new ExpositionParser();
  parser.parse(pages[0] ?? '');
  const again = timed(40, (round) => parser.parse(pages[round % 2] ?? ''));
  report(`parse ${series} series, scrape after scrape`, again, rate(bytes, again));
}

const COLD = '--cold';

/** The very first parse of a process: nothing is compiled yet. Each in a process of its own, of which only the parse counts. */
function cold(series: number): void {
  const args = [fileURLToPath(import.meta.url), COLD, String(series)];
  const runs = Array.from(
    { length: 7 },
    (): Cost => JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })),
  );
  const spent = runs.map(({ cpu }) => cpu);
  const cost = { wall: median(runs.map(({ wall }) => wall)), cpu: median(spent), least: Math.min(...spent) };
  report(`parse ${series} series, first of a process`, cost, rate(page(series, 0).length, cost));
}

function memory(series: number): void {
  collect();
  const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  const parser = new ExpositionParser();
  const history = new History();
  const wanted = new Set(['http_request_duration_seconds_bucket']);
  for (let round = 0; round < 5; round += 1) history.record(parser.parse(page(series, round)), round * 5_000, wanted);
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const grown = (heapUsed + arrayBuffers - before) / 1024 / 1024;
  console.log(
    `memory of ${series} series: ${grown.toFixed(1)} MiB, ${history.size} of them with a history of ${(history.bytes / 1024 / 1024).toFixed(1)} MiB`,
  );
}

function board(): void {
  const parser = new ExpositionParser();
  const history = new History();
  for (let scrape = 0; scrape < 8640; scrape += 1) {
    history.record(parser.parse(nanoarbMetrics(scrape * 5_000, 'x')), scrape * 5_000);
  }
  const exprs = builtInProfiles()
    .flatMap(({ board }) => board?.panels ?? [])
    .flatMap((panel) => panel.exprs);
  const to = 8639 * 5_000;
  for (const [name, span] of [
    ['5 m', 300_000],
    ['12 h', 43_200_000],
  ] as const) {
    const drawn = timed(20, () => {
      for (const expr of exprs)
        evaluateRange(expr, history, { from: to - span, to, step: span / 100 }, { intervalMs: 5_000 });
    });
    report(`nanoarb board, 100 columns of ${name}`, drawn);
  }
  console.log(`history of the engine after 12 h: ${(history.bytes / 1024).toFixed(0)} KiB`);
}

function all(): void {
  const [cpu] = cpus();
  console.log(`${cpus().length} x ${cpu?.model}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}\n`);
  cold(97);
  cold(10_000);
  // Before the rest has left garbage that is collected meanwhile.
  memory(10_000);
  memory(100_000);
  parsing(97);
  parsing(10_000);
  parsing(100_000);
  firstScrape('parse 10000 series without a label in common, first', strangers(10_000));
  board();
}

if (process.argv[2] === COLD) {
  const body = page(Number(process.argv[3]), 0);
  console.log(JSON.stringify(timed(1, () => new ExpositionParser().parse(body))));
} else all();
