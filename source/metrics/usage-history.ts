import type { Usage } from '../engine/facts.ts';
import { type RangeSeries, reach, sampled } from '../prometheus/evaluate.ts';
import { Track } from '../prometheus/track.ts';

/** The remembered figures of a container's usage. Bytes, bytes per second, percent of one CPU. */
export const USAGE_FIGURES = ['cpu', 'memory', 'received', 'sent', 'read', 'written', 'pids'] as const;
export type UsageFigure = (typeof USAGE_FIGURES)[number];

const figures: Record<UsageFigure, (usage: Usage) => number | undefined> = {
  cpu: (usage) => usage.cpuPercent,
  memory: (usage) => usage.memory,
  received: (usage) => usage.rates?.received,
  sent: (usage) => usage.rates?.sent,
  read: (usage) => usage.rates?.read,
  written: (usage) => usage.rates?.written,
  pids: (usage) => usage.pids,
};

/** How many containers are remembered; those not read for longest are dropped. */
const MAX_CONTAINERS = 100;

/** The history of `docker stats`, for sparklines and charts: the engine keeps none. */
export class UsageHistory {
  /** Ordered by last reading. */
  readonly #containers = new Map<string, { at: number; tracks: Map<UsageFigure, Track> }>();

  /** Adds the newest readings; known ones are ignored. */
  record(readings: ReadonlyMap<string, Usage>): void {
    for (const [id, usage] of readings) {
      const known = this.#containers.get(id);
      if (known?.at === usage.at) continue;
      const tracks = known?.tracks ?? new Map<UsageFigure, Track>();
      this.#containers.delete(id);
      this.#containers.set(id, { at: usage.at, tracks });
      for (const name of USAGE_FIGURES) push(tracks, name, usage.at, figures[name](usage));
    }
    for (const id of this.#containers.keys()) {
      if (this.#containers.size <= MAX_CONTAINERS) break;
      this.#containers.delete(id);
    }
  }

  track(container: string, figure: UsageFigure): Track | undefined {
    return this.#containers.get(container)?.tracks.get(figure);
  }

  /**
   * The sum of a figure over containers at `steps` regular times of [from, to], with its peaks between them; NaN if none was read within
   * `lookback` ms.
   */
  series(
    containers: readonly string[],
    figure: UsageFigure,
    { from, to, steps, lookback }: { from: number; to: number; steps: number; lookback: number },
  ): Omit<RangeSeries, 'legend'> {
    const tracks = containers.flatMap((id) => this.track(id, figure) ?? []);
    const step = (to - from) / Math.max(1, steps - 1);
    const read = (at: number) => {
      const points = tracks.flatMap((track) => track.at(at, reach(track, at, lookback)) ?? []);
      return points.length === 0 ? undefined : points.reduce((sum, { value }) => sum + value, 0);
    };
    const moments = (until: number) => tracks.flatMap((track) => track.times(until - step, until));
    return sampled({ from, step, steps }, read, moments);
  }
}

function push(tracks: Map<UsageFigure, Track>, name: UsageFigure, at: number, value: number | undefined): void {
  if (value === undefined) return;
  let track = tracks.get(name);
  if (track === undefined) {
    track = new Track(false);
    tracks.set(name, track);
  }
  track.push(at, value);
}
