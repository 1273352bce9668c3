import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll } from 'vitest';
import { readLines, verifyChain } from '../../source/actions/audit/chain.ts';
import { readDashboard } from '../../source/prometheus/grafana/dashboard.ts';
import { audit } from '../../source/resources/audit.ts';
import { loadSettings, SettingsError } from '../../source/settings/load.ts';
import { worldOf } from '../builders/desk.ts';
import { parseExposition } from '../builders/exposition.ts';
import { fuzz, hostileJson, hostileText, mutated, showable } from './fuzz.ts';

const directory = mkdtempSync(join(tmpdir(), 'deskhand-fuzz-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const sample = fc.tuple(
  fc.oneof(
    fc.constantFrom('up', 'a_total', 'h_bucket', 'h_sum', '# HELP up ', '# TYPE up counter', '# EOF', '"é x"'),
    hostileText,
  ),
  fc.oneof(fc.constantFrom('', '{le="+Inf"}', '{a="b",c="\\n"}', '{a="', '{=}', '{"x",a="b"}'), hostileText),
  fc.constantFrom(' 1', ' NaN', ' 1e400', ' -Inf', ' 1 1700000000', ' 1 # {x="y"} 1', '', ' x'),
);
const page = fc
  .array(
    sample.map((parts) => parts.join('')),
    { maxLength: 20 },
  )
  .map((lines) => lines.join('\n'));

fuzz('pages of metrics are read', 1500, page, (text) => {
  parseExposition(text);
  parseExposition(text, { contentType: 'application/openmetrics-text; version=1.0.0' });
});

const BEGIN = {
  format: 2,
  time: '2026-11-28T16:00:00.000Z',
  user: 'ops',
  uid: 0,
  host: 'desk',
  pid: 7,
  kind: 'begin',
  engine: 'default',
  run: 'r',
  plan: {
    action: 'restart',
    title: 'Restart redis',
    danger: 2,
    name: 'redis',
    target: { kind: 'service', id: 'x', engine: 'default' },
    objects: [{ kind: 'container', id: 'c0ffee', name: 'redis', note: 'restart', bytes: 7 }],
    warnings: ['it is needed'],
  },
  danger: 2,
  guards: ['open'],
  answer: { kind: 'typed', text: 'redis' },
  prev: '0'.repeat(64),
  hash: '0'.repeat(64),
};
const END = {
  ...BEGIN,
  kind: 'end',
  action: 'restart',
  name: 'redis',
  ok: true,
  cancelled: false,
  steps: [{ object: 'redis', call: 'restart', ok: true, ms: 5 }],
  verification: 'runs',
  ms: 7,
};
const REFUSED = { ...BEGIN, kind: 'refused', action: 'restart', name: 'redis', refused: 'read-only', change: 'arm it' };
const auditText = fc
  .array(
    fc.oneof(mutated(BEGIN), mutated(END), mutated(REFUSED), hostileJson).map((line) => JSON.stringify(line) ?? ''),
    { maxLength: 3 },
  )
  .map((lines) => lines.join('\n'));
const world = worldOf([]);

fuzz(
  'lines of the audit log are checked and shown',
  1500,
  fc.oneof({ weight: 9, arbitrary: auditText }, { weight: 1, arbitrary: hostileText }),
  (text) => {
    verifyChain(Buffer.from(text));
    for (const { line } of readLines(Buffer.from(text))) {
      showable(audit.nameOf(line));
      for (const column of audit.columns) showable(column.value(line, world));
      const opening = audit.enter?.(line);
      if (opening?.open === 'text') for (const row of opening.lines) showable(row);
    }
  },
  // A file of 65,000 lines, each with its hash.
  2000,
);

const key = fc.constantFrom(
  'readonly',
  'services',
  'metrics',
  'screen',
  'logs',
  'engine',
  'keys',
  'market',
  'conditions',
  'usage',
  'actions',
  'audit',
  'contexts',
  'favourites',
  'x',
);
const scalar = fc.oneof(
  fc.constantFrom(
    'true',
    '7',
    '-1',
    '1e9',
    '*x',
    '&x 1',
    '~',
    '""',
    '[',
    '{a: 1}',
    '[1, 2]',
    '!!binary x',
    '<<: *x',
    '2026-01-01',
  ),
  hostileText,
);
const yaml = fc
  .array(
    fc.tuple(fc.constantFrom('', '  ', '- '), key, scalar).map(([indent, name, value]) => `${indent}${name}: ${value}`),
    { maxLength: 8 },
  )
  .map((lines) => lines.join('\n'));

// Settings are read before there are keys.
fuzz(
  'settings are read, or refused with their problems',
  300,
  yaml,
  (text) => {
    const path = join(directory, 'config.yaml');
    writeFileSync(path, text);
    try {
      loadSettings({ env: {}, flags: {}, file: path });
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
    }
  },
  // The YAML library is quadratic on some broken texts of 64 kB.
  4000,
);

fuzz('dashboards are read, or refused with a reason', 500, hostileJson, (json) => {
  try {
    readDashboard(JSON.stringify({ title: 'x', panels: json, templating: json }), 'x.json');
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error;
  }
});
