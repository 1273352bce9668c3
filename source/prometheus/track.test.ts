import { describe, expect, it } from 'vitest';
import { increase, rate } from './rate.ts';
import { TIERS, Track } from './track.ts';

/** A track of [seconds, value] samples. */
function track(...samples: [number, number][]): Track {
  const made = new Track(true);
  for (const [seconds, value] of samples) made.push(seconds * 1000, value);
  return made;
}

describe('rate and increase', () => {
  it('extrapolates to the borders of the window if samples are near them', () => {
    const steady = track([0, 100], [10, 110], [20, 120], [30, 130], [40, 140], [50, 150], [60, 160]);
    // (0, 60]: six samples, 50 gained in 50 s, 10 s missing at the start.
    expect(increase(steady, 60_000, 60_000)).toBeCloseTo(60);
    expect(rate(steady, 60_000, 60_000)).toBeCloseTo(1);
  });

  it('has no rate for a counter from two alternating programs, but one for a counter that started from zero', () => {
    const mixed = track([0, 1000], [5, 20], [10, 1000], [15, 20], [20, 1000]);
    expect([10, 15, 20].map((at) => rate(mixed, at * 1000, 60_000))).toEqual([undefined, undefined, undefined]);
    expect(mixed.isMixed(0, 20_000)).toBe(true);
    const restarted = track([0, 1000], [5, 1010], [10, 5], [15, 15], [20, 25]);
    expect(restarted.isMixed(0, 20_000)).toBe(false);
    expect(rate(restarted, 20_000, 60_000)).toBeGreaterThan(0);
  });

  it('extrapolates by only half a step if samples are missing', () => {
    const late = track([40, 100], [50, 110], [60, 120]);
    expect(increase(late, 60_000, 60_000)).toBeCloseTo(25);
  });

  it('never extrapolates to before the counter was zero', () => {
    const young = track([50, 1], [60, 11]);
    // Five seconds back by half a step, but it was zero one second before its first sample.
    expect(increase(young, 60_000, 60_000)).toBeCloseTo(11);
  });

  it('treats a decrease as a restart from zero', () => {
    const restarted = track([10, 100], [20, 110], [30, 5], [40, 15], [50, 25], [60, 35]);
    // 110 to 110, then 5 to 35: 35 in 40 s, and ten seconds more at the start.
    expect(increase(restarted, 60_000, 50_000)).toBeCloseTo(43.75);
    expect(restarted.resets).toEqual([{ time: 30_000, value: 110 }]);
    expect(rate(restarted, 60_000, 25_000)).toBeCloseTo(1);
  });

  it('is undefined with fewer than two samples', () => {
    expect(rate(track([10, 5]), 60_000, 60_000)).toBeUndefined();
    expect(rate(track(), 60_000, 60_000)).toBeUndefined();
    expect(rate(track([10, 5], [20, 6]), 200_000, 60_000)).toBeUndefined();
  });
});

describe('Track', () => {
  it('keeps every recent sample, and one per step of older ones, in bounded memory', () => {
    const counter = new Track(true);
    const day = 24 * 3600;
    for (let second = 0; second <= day; second += 5) counter.push(second * 1000, second);
    expect(counter.bytes).toBeLessThanOrEqual(TIERS.reduce((sum, { slots }) => sum + slots * 16, 0));
    const end = day * 1000;
    // Everywhere in twelve hours a counter that gained one a second is seen to have done so, whatever the window.
    for (const ago of [0, 500, 3_000, 20_000, 40_000]) {
      expect(rate(counter, end - ago * 1000, 60_000)).toBeCloseTo(1, 3);
    }
    expect(counter.at(end - 40_000_000, 600_000)?.value).toBeCloseTo(day - 40_000, -3);
  });

  it('loses no increase of a counter that was reset within a coarse step', () => {
    const counter = new Track(true);
    for (let second = 0; second < 7200; second += 5) counter.push(second * 1000, second % 1000);
    const gained = increase(counter, 3_600_000, 3_000_000) ?? 0;
    // One a second, but for the five seconds that a fall to zero hides each time.
    expect(gained).toBeGreaterThan(2950);
    expect(gained).toBeLessThan(3010);
  });

  it.each([0, 5, 290, 295, 300, 595])('keeps the lowest and highest old samples, %s s into their step', (second) => {
    const peak = (3600 + second) * 1000;
    for (const value of [100, -100]) {
      const gauge = new Track(false);
      for (let time = 0; time <= 12 * 3_600_000; time += 5_000) {
        gauge.push(time, time === peak ? value : 7 + Math.sin(time / 700_000));
      }
      const times = gauge.times(0, 12 * 3_600_000);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.filter((time) => Math.abs(gauge.at(time, 1)?.value ?? 0) > 8.1)).toEqual([peak]);
      expect(gauge.at(peak, 1)?.value).toBe(value);
      expect(gauge.bytes).toBeLessThanOrEqual(TIERS.reduce((sum, { slots }) => sum + slots * 16, 0));
    }
  });

  it('keeps a number if a step has one, and only samples that differ', () => {
    const gauge = new Track(false);
    for (let second = 0; second < 3 * 3600; second += 5) gauge.push(second * 1000, second % 600 === 0 ? Number.NaN : 4);
    const values = gauge.times(0, 7_200_000).map((time) => gauge.at(time, 1)?.value);
    expect(new Set(values)).toEqual(new Set([4]));
    // One a step of ten minutes: two hours back, where nothing finer is left.
    expect(values.length).toBeLessThanOrEqual(13);
  });

  it('ignores a sample that is not newer', () => {
    const gauge = new Track(false);
    gauge.push(5_000, 1);
    gauge.push(5_000, 2);
    gauge.push(4_000, 3);
    expect(gauge.last).toEqual({ time: 5_000, value: 1 });
    expect(gauge.at(9_000, 5_000)).toEqual({ time: 5_000, value: 1 });
    expect(gauge.at(10_000, 5_000)).toBeUndefined();
  });
});
