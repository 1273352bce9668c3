import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricPreferences } from '../metrics/metric-preferences.ts';
import type { Panel } from '../prometheus/board.ts';
import { preferencesFile } from './preferences-file.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-kept-'));
  path = join(directory, 'state', 'deskhand', 'metrics.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const panel = (title: string): Panel => ({ title, unit: 'count', exprs: [{ kind: 'value', metric: title }] });
const add =
  (title: string) =>
  (kept: MetricPreferences): MetricPreferences => ({ ...kept, pins: [...kept.pins, panel(title)] });
const pinned = (engine: string, endpoint = 'api') =>
  preferencesFile(path, () => engine)
    .of(endpoint)
    .pins.map(({ title }) => title);

describe('what is set by key', () => {
  it('is there after a restart, for its engine and endpoint only', async () => {
    const preferences = preferencesFile(path, () => 'prod');
    await preferences.change('api', add('a'));
    await preferences.change('api', (kept) => ({
      ...kept,
      thresholds: [
        {
          title: 'a',
          unit: 'ns',
          bad: 'below',
          critical: 1,
          forMs: 5000,
          expr: { kind: 'quantile', metric: 'm', q: 0.99 },
        },
      ],
    }));
    const again = preferencesFile(path, () => 'prod');
    expect(again.of('api')).toEqual(preferences.of('api'));
    expect(again.of('api').thresholds[0]).toMatchObject({ critical: 1, expr: { q: 0.99 } });
    expect(again.trouble()).toBeUndefined();
    expect([pinned('prod'), pinned('staging'), pinned('prod', 'worker')]).toEqual([['a'], [], []]);
  });

  it('is its owner’s alone, and leaves nothing next to it', async () => {
    await preferencesFile(path, () => 'prod').change('api', add('a'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(path, '..'))).toEqual(['metrics.json']);
  });

  it('holds at once, and leaves the file when it is taken off', async () => {
    const preferences = preferencesFile(path, () => 'prod');
    const written = preferences.change('api', add('a'));
    expect(preferences.of('api').pins).toHaveLength(1);
    await preferences.written();
    expect(pinned('prod')).toEqual(['a']);
    await written;
    await preferences.change('api', (kept) => ({ ...kept, pins: [] }));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ version: 1, engines: {} });
  });

  it('of several consoles is all kept', async () => {
    const consoles = [1, 2, 3].map(() => preferencesFile(path, () => 'prod'));
    await Promise.all(consoles.flatMap((one, n) => ['x', 'y'].map((name) => one.change('api', add(`${name}${n}`)))));
    expect(pinned('prod').sort()).toEqual(['x0', 'x1', 'x2', 'y0', 'y1', 'y2']);
  });
});

describe('a file that is broken', () => {
  const broken = [
    ['cut off', '{"version": 1, "engines": {', /cannot be parsed \(is not JSON/],
    ['of another version', '{"version": 2, "engines": {}}', /version: is of another version of deskhand/],
    ['edited', '{"version": 1, "engines": {"prod": {"api": {"pins": [{"title": 5}]}}}}', /engines\.prod\.api\.pins\.0/],
  ] as const;

  it.each(broken)('(%s) is reported and left as it is, until it is fixed', async (_, text, why) => {
    await preferencesFile(path, () => 'prod').change('api', add('a'));
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, text);
    const preferences = preferencesFile(path, () => 'prod');
    expect(preferences.trouble()).toMatch(why);
    expect(preferences.trouble()).toContain(path);
    expect(preferences.trouble()).toMatch(/fix or remove it. It was not modified/);
    await expect(preferences.change('api', add('b'))).rejects.toThrow(why);
    expect(preferences.of('api').pins).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).toBe(text);
    writeFileSync(path, good);
    await preferences.change('api', add('c'));
    expect(preferences.trouble()).toBeUndefined();
    expect(pinned('prod')).toEqual(['a', 'c']);
  });

  it('or cannot be written is reported with what was tried', async () => {
    writeFileSync(join(directory, 'state'), 'a file where a directory should be');
    const preferences = preferencesFile(path, () => 'prod');
    await expect(preferences.change('api', add('a'))).rejects.toThrow(
      /pins and thresholds are not saved: .*metrics\.json/,
    );
    expect(preferences.of('api').pins).toHaveLength(1);
    expect(existsSync(path)).toBe(false);
    chmodSync(join(directory, 'state'), 0o600);
  });
});
