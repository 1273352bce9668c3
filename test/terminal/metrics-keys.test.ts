import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Terminal } from '../harness/terminal.ts';
import { describeWithPrometheus, type PrometheusProcess, startPrometheus } from '../prometheus/prometheus-process.ts';
import { broken, command, openConsole } from './console.ts';

/** The keys of the metrics pane, pressed on the built program. */

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-metric-keys-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The engine's board on a screen of its own, with charts; scraped every second, for rates want some scrapes. */
async function openBoard({ env = {}, settings = '' } = {}, size = { columns: 160, rows: 50 }): Promise<Terminal> {
  const config = join(directory, 'config.yaml');
  writeFileSync(config, `metrics:\n  every: 1\n${settings}`);
  const terminal = openConsole({ args: ['demo'], ...size, env: { DESKHAND_CONFIG: config, ...env } });
  await terminal.waitFor('docker/nanoarb');
  command(terminal, 'metrics docker/nanoarb');
  await terminal.waitFor(/● p50 \d+ns|Inference +p50 \d+ns/, { timeoutMs: 30_000 });
  return terminal;
}

/** Answers the prompt that `key` opens. */
async function answer(terminal: Terminal, key: string, prompt: string, text: string): Promise<void> {
  terminal.press(key);
  await terminal.waitFor(prompt);
  terminal.type(`${text}\r`);
}

async function quit(terminal: Terminal): Promise<void> {
  command(terminal, 'q!');
  expect((await terminal.exited).code).toBe(0);
}

describe('t, w and shift-t', () => {
  it('watch a chart, list what is watched, and take away what was set by key alone', async () => {
    const terminal = await openBoard();
    terminal.press('j');
    await terminal.waitFor('▸ Position · built-in: beyond ±45, critical ±50');
    terminal.press('shift-t');
    await terminal.waitFor('No threshold was set by key on Position. A built-in one watches it too.');
    terminal.press('k');
    await answer(terminal, 't', 'threshold of P&L:', 'above a lot');
    await terminal.waitFor('"a" is not valid here: write "above 100 for 30"');
    await answer(terminal, 't', 'threshold of P&L:', 'above -$1M critical 100G for 1s');
    await terminal.waitFor('P&L is watched: above -$1.0M, critical $100G, for 1 s.');
    await terminal.waitFor(/▸ P&L · ▲ warn for \d+s, key: above -\$1\.0M/);
    terminal.press('w');
    await terminal.waitFor(/P&L +warn +\d+s +\$\d+\S* +key +above -\$1\.0M, critical \$100G, for 1 s/);
    await terminal.waitFor(/position +ok +\d+s +-?\d+ +built-in +beyond ±45, critical ±50/);
    expect(broken(terminal.text())).toEqual([]);
    // The chart from its row in the list, and what was typed stands in the prompt again.
    terminal.press('enter');
    await terminal.waitFor('▸ P&L · ▲ warn');
    terminal.press('t');
    await terminal.waitFor(/threshold of P&L: above -\$1.0M critical \$100G for 1/);
    terminal.press('esc');
    await terminal.waitFor((screen) => !screen.includes('threshold of'));
    terminal.press('esc');
    await terminal.waitFor('docker/nanoarb');
    await terminal.waitFor(/nanoarb +▲ P&L \$\S+, above -\$1/);
    command(terminal, 'metrics docker/nanoarb');
    await terminal.waitFor('▸ P&L · ▲ warn');
    terminal.press('shift-t');
    await terminal.waitFor('The threshold that was set by key on P&L is removed.');
    await terminal.waitFor(/▸ P&L · Profit and loss/);
  });
});

describe('what is set by key', () => {
  it('is there again when the console is started again, and a broken file is reported and kept', async () => {
    const env = { XDG_STATE_HOME: join(directory, 'state') };
    const file = join(directory, 'state/deskhand/demo/deskhand/metrics.json');
    const first = await openBoard({ env });
    await answer(first, 't', 'threshold of P&L:', 'below -5000');
    await first.waitFor('P&L is watched: below -$5,000.00.');
    await answer(first, '/', '/', 'orders_total');
    await first.waitFor(/nanoarb_orders_total +counter/);
    first.press('p');
    await first.waitFor('nanoarb_orders_total pinned to the board.');
    await quit(first);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const second = await openBoard({ env });
    await second.waitFor('key: below -$5,000.00');
    second.press('shift-g');
    await second.waitFor(/nanoarb orders\/s pinned/);
    await quit(second);

    const cut = readFileSync(file, 'utf8').slice(0, 100);
    writeFileSync(file, cut);
    const third = await openBoard({ env });
    await third.waitFor(/▲ pins and thresholds are not saved: \S+metrics\.json cannot be parsed \(/);
    await answer(third, 't', 'threshold of P&L:', '5');
    await third.waitFor(/P&L is watched: above \$5\.00\. But pins and thresholds are not saved: /);
    await third.waitFor('key: above $5.00');
    await quit(third);
    expect(readFileSync(file, 'utf8')).toBe(cut);
  });
});

describe('a threshold of the settings', () => {
  it('that is crossed is on the chart, in the verdict, in the timeline, and told to the terminal', async () => {
    const thresholds =
      '  thresholds: [{ title: order speed, rate: nanoarb_orders_total_total, per: minute, warn: 1, for: 1 }]\n';
    const terminal = await openBoard({ settings: `  notify: notification\n${thresholds}` });
    await terminal.waitFor(/Orders\/min · ▲ warn for \d+s, settings: above 1, /);
    expect(terminal.raw()).toMatch(/\u001b\]9;order speed \d+, above 1 for 1 s\u0007/);
    terminal.press('esc');
    await terminal.waitFor(/nanoarb +▲ order speed \d+, above 1 for 1 s/);
    command(terminal, 'events docker');
    await terminal.waitFor(/metric +\S*nanoarb +order speed \d+, above 1 for 1 s/);
  });
});

describe('e', () => {
  it.each([
    { columns: 160, rows: 50 },
    { columns: 80, rows: 24 },
  ])('lists the endpoints, opens one and comes back, at $columns columns', async (size) => {
    const terminal = await openBoard({}, size);
    terminal.press('e');
    await terminal.waitFor(/ENDPOINT +STATE +SCRAPED +TOOK +SAMPLES +WHERE/);
    const list = await terminal.waitFor(/maricusco-app +up +\d+s +\d+ms +\d+ +http:\/\/127/);
    expect(list).toMatch(/nanoarb-engine +up +\d+s +\d+ms +97 +http:/);
    expect(broken(list)).toEqual([]);
    terminal.press('down', 'enter');
    await terminal.waitFor(/Metrics\(nanoarb\) .* maricusco-app/);
    await terminal.waitFor(/maricusco-app · scraped \d+s ago/);
    terminal.press('esc');
    await terminal.waitFor(
      (screen) => screen.includes('nanoarb-engine · scraped') && !screen.includes('maricusco-app'),
    );
  });
});

describe('v', () => {
  it('draws another service into the charts, and ends it', async () => {
    const terminal = await openBoard();
    await answer(terminal, 'v', 'compare with service:', 'nobody');
    await terminal.waitFor('There is no other service "nobody".');
    await answer(terminal, 'v', 'compare with service:', 'redis');
    await terminal.waitFor(/Ambiguous name, it could be: \S+\/redis, \S+\/redis/);
    await answer(terminal, 'v', 'compare with service:', 'exness/redis');
    await terminal.waitFor('exness/redis is drawn into the charts.');
    await terminal.waitFor(/─ versus redis · /);
    terminal.press('shift-g');
    // The last chart counts the processes of both.
    // Its resources are read as often as those of what is on the screen.
    await terminal.waitFor(/CPU[^\n]*\n[^\n]*◆ redis \d\S*%/);
    await terminal.waitFor(/▸ PIDs[^\n]*\n[^\n]*● \d+ {2}◆ redis \d+/);
    await answer(terminal, 'v', 'compare with service:', '');
    await terminal.waitFor((screen) => !screen.includes('versus redis'));
  });
});

describe('x without a server', () => {
  it('says what is missing', async () => {
    const terminal = await openBoard();
    terminal.press('x');
    await terminal.waitFor('PromQL needs a Prometheus server, and none is known. Set metrics.prometheus.');
  });
});

describeWithPrometheus('x', () => {
  let server: PrometheusProcess;
  beforeAll(async () => {
    server = await startPrometheus({});
  });
  afterAll(() => server?.stop());

  it('shows the error of an expression, the values of one that is right, and pins its chart by a second key', async () => {
    const terminal = await openBoard({ settings: `  prometheus: ${server.url}\n` });
    await answer(terminal, 'x', 'PromQL>', 'rate(up[1m)');
    await terminal.waitFor(/invalid parameter "query": .*parse error/);
    expect(terminal.text()).not.toContain('rate(up');
    await answer(terminal, 'x', 'PromQL>', 'vector(42)');
    await terminal.waitFor(/VALUE +SERIES[^\n]*\n[^\n]*42 +\{\}/);
    expect(terminal.text()).not.toContain('pinned');
    terminal.press('p');
    await terminal.waitFor('vector(42) pinned to the board.');
    await terminal.waitFor(/▸ vector\(42\) pinned[^\n]*\n[^\n]*━ 42/);
    terminal.press('p');
    await terminal.waitFor('vector(42) unpinned.');
  });
});
