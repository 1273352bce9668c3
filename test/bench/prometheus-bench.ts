import { cpus, loadavg } from 'node:os';
import { nanoarbBoard } from '../../source/prometheus/boards/nanoarb.ts';
import { evaluateRange } from '../../source/prometheus/evaluate.ts';
import { History } from '../../source/prometheus/history.ts';
import { ExpositionParser } from '../../source/prometheus/parser.ts';
import { nanoarbMetrics } from '../../source/simulator/metrics/nanoarb.ts';

/**
 * What metrics cost: `npm run bench -- --only metrics`. The bars: 100 MB/s of text and 10,000 series in 10 ms,
 * scrape after scrape. CPU time is printed beside wall time: on a busy machine only it means something.
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

/** Median milliseconds, by the wall and of the CPU, of so many runs. */
function timed(runs: number, run: (round: number) => void): { wall: number; cpu: number } {
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
  const median = (all: number[]) => all.sort((a, b) => a - b)[all.length >> 1] ?? 0;
  return { wall: median(walls), cpu: median(spent) };
}

function report(name: string, { wall, cpu }: { wall: number; cpu: number }, more = ''): void {
  console.log(`${name.padEnd(46)} ${wall.toFixed(2).padStart(9)} ms  cpu ${cpu.toFixed(2).padStart(8)} ms  ${more}`);
}

const rate = (bytes: number, { cpu, wall }: { cpu: number; wall: number }) =>
  `${(bytes / 1e3 / Math.min(cpu || wall, wall)).toFixed(0)} MB/s of CPU`;

function parsing(series: number): void {
  const pages = [page(series, 0), page(series, 1)];
  const bytes = pages[0]?.length ?? 0;
  for (let round = 0; round < 5; round += 1) new ExpositionParser().parse(pages[0] ?? '');
  const first = timed(10, () => new ExpositionParser().parse(pages[0] ?? ''));
  const parser = new ExpositionParser();
  parser.parse(pages[0] ?? '');
  const again = timed(40, (round) => parser.parse(pages[round % 2] ?? ''));
  report(`parse ${series} series, first scrape`, first, rate(bytes, first));
  report(`parse ${series} series, scrape after scrape`, again, rate(bytes, again));
}

function memory(series: number): void {
  collect();
  const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  const parser = new ExpositionParser();
  const history = new History();
  for (let round = 0; round < 5; round += 1) history.record(parser.parse(page(series, round)), round * 5_000);
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
  const exprs = nanoarbBoard.panels.flatMap((panel) => panel.exprs);
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

const [cpu] = cpus();
console.log(`${cpus().length} x ${cpu?.model}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}\n`);
parsing(97);
parsing(10_000);
parsing(100_000);
memory(10_000);
memory(100_000);
board();
