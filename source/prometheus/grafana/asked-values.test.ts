import { describe, expect, it } from 'vitest';
import type { VariableQuery } from './asked-values.ts';
import { boardOf } from './board.ts';
import { readDashboard } from './dashboard.ts';

/** Answers of a server, by what is asked. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'label_values device node_disk_reads{instance="h:9100"}': ['sdb', 'sda', 'dm-0'],
  'label_values __name__ {__name__=~".*(?:node_disk).*"}': ['node_disk_b', 'node_disk_a'],
  label_names: ['instance', 'job'],
  'query_result count by (venue) (orders{device=~"sd.*"})': ['{venue="NSE"} 7 1', '{venue="BSE"} 3 1'],
};

function textOf(query: VariableQuery): string {
  if (query.kind === 'label_names') return query.kind;
  return query.kind === 'query_result'
    ? `${query.kind} ${query.query}`
    : `${query.kind} ${query.label} ${query.selector}`;
}

const variable = (name: string, query: string, more: object = {}) => ({ name, type: 'query', query, ...more });
const list = [
  variable('node', 'label_values(up, instance)'),
  variable('disk', 'label_values(node_disk_reads{instance="$node"}, device)'),
  variable('sd', 'label_values(node_disk_reads{instance="$node"}, device)', { regex: '/^sd.*/' }),
  variable('metric', 'metrics(node_disk)'),
  variable('label', 'label_names()', { regex: '^j.*' }),
  variable('venue', 'query_result(count by (venue) (orders{device=~"sd.*"}))', { regex: '/venue="([^"]+)"/' }),
  variable('loop', 'label_values(x{a="$loop"}, a)'),
];

function panels(expr: string, more: object = {}) {
  const panel = { type: 'timeseries', title: 'Panel', targets: [{ expr }], ...more };
  const dashboard = readDashboard(JSON.stringify({ templating: { list }, panels: [panel] }), 'x');
  return boardOf(dashboard, {
    server: true,
    target: { job: 'node', instance: 'h:9100' },
    ask: (query) => ANSWERS[textOf(query)],
  });
}

describe('variables that are read from a server', () => {
  it.each([
    // In a matcher, all values; those of a variable with an expression, that it matches.
    ['delta(a{device="$disk"}[5m])', 'delta(a{}[5m])', 'disk: all'],
    ['delta(a{device=~"$sd"}[5m])', 'delta(a{device=~"sda|sdb"}[5m])', 'sd: all'],
    // Elsewhere the first.
    ['delta($metric[5m])', 'delta(node_disk_a[5m])', 'metric: node_disk_a'],
    ['topk(3, sum by ($label) (a))', 'topk(3, sum by (job) (a))', 'label: job'],
    ['max_over_time(a{venue!="$venue"}[5m])', 'max_over_time(a{venue!="NSE"}[5m])', 'venue: all'],
  ])('%s is asked as %s', (expr, query, help) => {
    const made = panels(expr);
    expect(made.panels).toEqual([{ title: 'Panel', unit: 'count', exprs: [{ kind: 'promql', query }], help }]);
  });

  it('repeats a panel for each value from the server', () => {
    const made = panels('a{device="$disk"}', { repeat: 'disk', title: 'Disk $disk' });
    expect(made.panels.map(({ title }) => title)).toEqual(['Disk dm-0', 'Disk sda', 'Disk sdb']);
    expect(made.panels[1]?.exprs).toEqual([{ kind: 'promql', query: 'a{device="sda"}' }]);
  });

  it('names the variable without values, and does not loop forever', () => {
    expect(panels('rate($loop[5m])').notDrawn).toEqual([{ title: 'Panel', reason: 'it needs a variable: loop' }]);
  });
});
