import { afterEach, describe, expect, it } from 'vitest';
import { engine, type MetricsFixture, metricRows, metricsFixture, other } from '../../../test/metrics/fixture.ts';
import { containerId, serviceId } from '../../lib/ids.ts';
import { width as widthOf } from '../../lib/text.ts';
import type { DeskMetricsOptions } from '../../metrics/desk-metrics.ts';
import { inMemoryPreferences } from '../../metrics/metric-preferences.ts';
import type { KeyThreshold } from '../../prometheus/thresholds.ts';
import type { MetricsState } from './metrics-state.ts';

/** Pins and thresholds: who set them, where they are shown, what they tell. */

let fixture: MetricsFixture | undefined;
afterEach(() => fixture?.metrics.close());

/** A desk whose `api` has a queue, as deep as the test says. */
function queueing(options: Partial<DeskMetricsOptions> = {}) {
  const crossed: string[] = [];
  const made = metricsFixture({ onCrossing: ({ text }) => crossed.push(text), ...options });
  fixture = made;
  const queue = { depth: 3 };
  made.pages.set('trading-api', () => `# TYPE queue gauge\nqueue ${queue.depth}\n`);
  made.metrics.watch([other.id]);
  return { ...made, crossed, queue };
}

function sourceOf({ metrics }: Pick<MetricsFixture, 'metrics'>) {
  const [source] = metrics.sources([other.id]);
  if (source === undefined) throw new Error('no source');
  return source;
}

function rows(of: MetricsFixture, state: Partial<MetricsState> = {}, size = { width: 118, height: 32 }): string[] {
  const found = metricRows(of, size, state, 'api');
  for (const row of found) expect(widthOf(row)).toBeLessThanOrEqual(size.width);
  return found.map((row) => row.replace(/\u001b\[\d+m/g, ''));
}

const threshold: KeyThreshold = {
  title: 'queue',
  unit: 'count',
  bad: 'above',
  warn: 10,
  forMs: 10_000,
  expr: { kind: 'value', metric: 'queue' },
};
const verdict = (of: MetricsFixture) => of.world().desk.byId.get(serviceId('compose:trading/api'))?.verdict;

describe('a threshold set by key', () => {
  it('says on the chart who set it and where it stands, and stops with it', async () => {
    const desk = queueing();
    await desk.run(3);
    await desk.metrics.byKey.setThreshold(sourceOf(desk), 'queue', threshold);
    expect(rows(desk)[1]).toContain('▸ queue · key: above 10, for 10 s');
    desk.queue.depth = 12;
    await desk.run(4);
    expect(desk.crossed).toEqual(['queue 12, above 10 for 10 s']);
    expect(rows(desk)[1]).toMatch(/▸ queue · ▲ warn for \d+s, key: above 10, for 10 s/);
    await desk.metrics.byKey.setThreshold(sourceOf(desk), 'queue');
    expect(rows(desk)[1]?.trim()).toMatch(/^▸ queue {5,}/);
    expect(verdict(desk)?.level).toBe('ok');
    await desk.run(2);
    expect(desk.crossed).toHaveLength(1);
  });

  it('degrades its service with the value of now, while it counts', async () => {
    const desk = queueing();
    await desk.run(3);
    await desk.metrics.byKey.setThreshold(sourceOf(desk), 'queue', { ...threshold, forMs: 0 });
    desk.queue.depth = 12;
    await desk.run(1);
    expect(verdict(desk)).toMatchObject({ level: 'degraded', code: 'threshold', reason: 'queue 12, above 10' });
    desk.queue.depth = 15;
    await desk.run(1);
    expect(verdict(desk)?.reason).toBe('queue 15, above 10');
    const since = verdict(desk)?.since;
    desk.pages.delete('trading-api');
    await desk.run(2);
    expect(verdict(desk)?.reason).toMatch(/^queue 15, above 10 \(as of \d\d:\d\d:\d\d\)$/);
    expect(verdict(desk)?.since).toBe(since);
    desk.store.dispatch({ type: 'containers', at: desk.clock.now(), containers: [engine] });
    await desk.run(1);
    expect(desk.world().state.breaches.size).toBe(0);
  });

  it('no longer reports numbers that no one reads any more', async () => {
    const desk = queueing({ scrape: { backgroundMs: 0 } });
    await desk.run(3);
    await desk.metrics.byKey.setThreshold(sourceOf(desk), 'queue', { ...threshold, warn: 1, forMs: 0 });
    expect(verdict(desk)?.code).toBe('threshold');
    desk.metrics.watch([]);
    await desk.run(1);
    expect(verdict(desk)?.level).toBe('ok');
  });
});

describe('the list of what is watched', () => {
  const fromSettings = {
    ...threshold,
    id: 'settings 0',
    from: 'settings',
    title: 'deep queue',
    critical: 20,
    forMs: 0,
  } as const;

  it('has all of them, worst first, each with who set it', async () => {
    const desk = queueing({
      thresholds: [fromSettings, { ...fromSettings, id: 'x', expr: { kind: 'value', metric: 'not_there' } }],
    });
    await desk.run(3);
    await desk.metrics.byKey.setThreshold(sourceOf(desk), 'queue', { ...threshold, bad: 'below', warn: 5 });
    await desk.run(1);
    const list = rows(desk, { list: { kind: 'watches', row: 0 } });
    expect(list.map((row) => row.trim().replace(/ {2,}/g, ' | '))).toEqual([
      'WATCHED | LEVEL | SINCE | NOW | SET BY | LIMITS',
      expect.stringMatching(/^scrapes of trading-api have failed for \| ok \| \d+s \| 0s \| built-in \| above 30s$/),
      expect.stringMatching(/^deep queue \| ok \| \d+s \| 3 \| settings \| above 10, critical 20$/),
      expect.stringMatching(/^queue \| ok \| 5s \| 3 \| key \| warn since 5s; below 5, for 10 s$/),
    ]);
    await desk.run(2);
    const [, first] = rows(desk, { list: { kind: 'watches', row: 0 } });
    expect(first).toMatch(/^ queue +warn +\d+s +3 {2}key/);
  });

  it('shows one of the settings on its chart, before a built-in one', async () => {
    const desk = queueing({ thresholds: [fromSettings] });
    await desk.run(3);
    expect(rows(desk)[1]).toContain('▸ queue · settings: above 10, critical 20');
    await desk.metrics.byKey.setThreshold(sourceOf(desk), 'queue', threshold);
    expect(rows(desk)[1]).toContain('▸ queue · key +1: above 10, for 10 s');
  });
});

describe('what is kept', () => {
  it('is found again by the next console, by a replica and by a container that takes the place', async () => {
    const preferences = inMemoryPreferences();
    const first = queueing({ preferences });
    await first.run(2);
    const panel = { title: 'my queue', unit: 'count' as const, exprs: [{ kind: 'value' as const, metric: 'queue' }] };
    expect(first.metrics.byKey.pin(sourceOf(first), panel).pinned).toBe(true);
    await first.metrics.byKey.setThreshold(sourceOf(first), 'queue', threshold);
    first.metrics.close();
    const second = queueing({ preferences });
    const replica = { ...other, id: containerId('other-id'), name: 'trading-api-2' };
    second.pages.set('trading-api-2', () => 'queue 4\n');
    second.store.dispatch({ type: 'containers', at: second.clock.now(), containers: [replica] });
    await second.run(2);
    const [source] = second.metrics.sources([containerId('other-id')]);
    expect(source?.pinned).toEqual([panel]);
    expect(
      source?.thresholdStatuses.map((one) => `${one.threshold.from} ${one.threshold.title} ${one.value}`),
    ).toContain('key queue 4');
    expect(source && second.metrics.byKey.pin(source, panel).pinned).toBe(false);
    expect(second.metrics.sources([containerId('other-id')])[0]?.pinned).toEqual([]);
  });

  it('or cannot be: that is reported over the charts and in the timeline, and holds for now', async () => {
    const refusing = {
      ...inMemoryPreferences(),
      trouble: () => 'pins and thresholds are not saved: /x/metrics.json is broken',
    };
    const change = refusing.change;
    refusing.change = async (endpoint, how) => {
      await change(endpoint, how);
      throw new Error(refusing.trouble());
    };
    const desk = queueing({ preferences: refusing });
    await desk.run(2);
    await expect(desk.metrics.byKey.setThreshold(sourceOf(desk), 'queue', threshold)).rejects.toThrow('is broken');
    const shown = rows(desk);
    expect(shown[0]).toBe(' ▲ pins and thresholds are not saved: /x/metrics.json is broken');
    expect(shown[2]).toContain('key: above 10');
    expect(desk.store.get().timeline[0]).toMatchObject({ kind: 'metric', level: 'warning', text: /is broken/ });
  });
});
