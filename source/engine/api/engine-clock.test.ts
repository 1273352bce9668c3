import { expect, it } from 'vitest';
import { fakeClock } from '../../../test/fake-clock.ts';
import { EngineClock } from './engine-clock.ts';

const header = (at: number) => new Date(at).toUTCString();

it('ignores differences caused by the network and whole seconds', async () => {
  const clock = fakeClock(Date.UTC(2026, 0, 1));
  const engine = new EngineClock(clock);
  for (let i = 0; i < 50; i += 1) {
    const asked = clock.now();
    await clock.advance(i * 37);
    engine.see(header(asked + i * 11), asked);
    expect(engine.offset()).toBe(0);
  }
  engine.see(undefined, clock.now());
  engine.see('yesterday', clock.now());
  expect(engine.offset()).toBe(0);
});

it("converts the times of an engine that is an hour ahead to the console's clock", () => {
  const clock = fakeClock(Date.UTC(2026, 0, 1));
  const engine = new EngineClock(clock);
  engine.see(header(clock.now() + 3_600_000), clock.now());
  expect(Math.abs(engine.offset() - 3_600_000)).toBeLessThan(1000);
  const by = engine.offset();
  const facts = {
    created: 7_000_000,
    labels: { created: 'x' },
    detail: { startedAt: 8_000_000, probes: [{ start: 9_000_000, end: 9_000_100 }] },
  };
  expect(engine.toConsole(facts)).toEqual({
    created: 7_000_000 - by,
    labels: { created: 'x' },
    detail: { startedAt: 8_000_000 - by, probes: [{ start: 9_000_000 - by, end: 9_000_100 - by }] },
  });
  expect(engine.toEngine(1000)).toBe(1000 + by);
  engine.see(header(clock.now()), clock.now());
  expect(engine.toConsole(facts)).toBe(facts);
});
