import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeClock, fakeClock } from '../../test/fake-clock.ts';
import { serviceId } from '../lib/ids.ts';
import { NOT_HTTP, type ProbeAnswer } from './probe.ts';
import { type OwnedTarget, type ProbeReport, Prober } from './prober.ts';

type Given = Partial<Pick<ProbeAnswer, 'status' | 'error' | 'nothingListens'>>;

let clock: FakeClock;
let answers: Map<string, Given>;
let asked: string[];
let received: string[];
let prober: Prober;
/** Probes under way, by url: held while `held` says so. */
let held: boolean;
let letGo: (() => void)[];
let most: number;

beforeEach(() => {
  clock = fakeClock();
  answers = new Map();
  asked = [];
  received = [];
  held = false;
  letGo = [];
  most = 0;
  let under = 0;
  prober = new Prober({
    clock,
    emit: (owner, { url, status, error }: ProbeReport, turned) =>
      received.push([owner, url, error ?? status ?? 'ok', ...(turned ? [`turned ${turned}`] : [])].join(' ')),
    async probe(url, { signal }) {
      asked.push(url);
      under += 1;
      most = Math.max(most, under);
      if (held)
        await new Promise<void>((resolve) => {
          letGo.push(resolve);
          signal?.addEventListener('abort', () => resolve());
        });
      under -= 1;
      return { url, at: clock.now(), ...(answers.get(url) ?? { status: 200 }) };
    },
  });
});

const target = (url: string, more: Partial<OwnedTarget> = {}): OwnedTarget => ({
  url,
  guessed: false,
  owner: serviceId('api'),
  startedAt: clock.now() - 3_600_000,
  ...more,
});
const refused = { error: 'connection refused' };

describe('the prober', () => {
  it('asks a configured address at once and then at its slow rate', async () => {
    prober.set([target('http://a/')]);
    await clock.advance(0);
    expect(received).toEqual(['api http://a/ 200']);
    await clock.advance(45_000);
    expect(asked).toHaveLength(4);
  });

  it('asks one that is looked at or in trouble more often', async () => {
    prober.set([target('http://a/')]);
    await clock.advance(0);
    prober.hurry([serviceId('api')]);
    await clock.advance(20_000);
    expect(asked).toHaveLength(5);
    prober.hurry([]);
    asked.length = 0;
    await clock.advance(35_000);
    expect(asked).toHaveLength(3);
  });

  it('reports a bad answer when it is bad twice, and when it turns good again', async () => {
    prober.set([target('http://a/')]);
    await clock.advance(0);
    answers.set('http://a/', refused);
    await clock.advance(15_000);
    expect(received).toEqual(['api http://a/ 200']);
    await clock.advance(1000);
    expect(received.slice(1)).toEqual(['api http://a/ connection refused turned bad']);
    await clock.advance(5000);
    expect(received.slice(2)).toEqual(['api http://a/ connection refused']);
    answers.delete('http://a/');
    await clock.advance(5000);
    expect(received.slice(3)).toEqual(['api http://a/ 200 turned good']);
  });

  it('makes nothing of a single lost answer', async () => {
    prober.set([target('http://a/')]);
    await clock.advance(14_999);
    answers.set('http://a/', refused);
    await clock.advance(1);
    answers.delete('http://a/');
    await clock.advance(1000);
    expect(received).toEqual(['api http://a/ 200', 'api http://a/ 200']);
  });

  it('does not report a guess before it has answered well, then as of others', async () => {
    answers.set('http://a/', { status: 404 });
    prober.set([target('http://a/', { guessed: true })]);
    await clock.advance(20_000);
    expect([asked.length, received]).toEqual([2, []]);
    answers.set('http://a/', { status: 200 });
    await clock.advance(30_000);
    expect(received).toEqual(['api http://a/ 200']);
    answers.set('http://a/', { status: 503 });
    await clock.advance(11_000);
    expect(received.slice(1)).toEqual(['api http://a/ 503 turned bad']);
  });

  it('reports a guess that never answered when nothing listens on the port of a container that has long been up', async () => {
    answers.set('http://a/', { ...refused, nothingListens: true });
    prober.set([target('http://a/', { guessed: true, startedAt: clock.now() - 50_000 })]);
    await clock.advance(5_000);
    expect(received).toEqual([]);
    await clock.advance(60_000);
    expect(received[0]).toBe('api http://a/ connection refused turned bad');
    await clock.advance(10 * 60_000);
    expect(received.length).toBeGreaterThan(100);
    answers.set('http://a/', { status: 404 });
    await clock.advance(5_000);
    expect(received.at(-1)).toBe('api http://a/ 404 turned good');
  });

  it('believes a guess that the container’s own health check asks, and passes', async () => {
    answers.set('http://a/', { status: 503 });
    prober.set([target('http://a/', { guessed: true, vouched: true })]);
    await clock.advance(1_000);
    expect(received).toEqual(['api http://a/ 503 turned bad']);
  });

  it('gives a guess up after five tries, or at once when no HTTP is spoken, until the container starts again', async () => {
    answers.set('http://a/', refused);
    answers.set('http://b/', { error: NOT_HTTP });
    const both = (startedAt: number) => [
      target('http://a/', { guessed: true, startedAt }),
      target('http://b/', { guessed: true, startedAt }),
    ];
    prober.set(both(1));
    await clock.advance(24 * 3_600_000);
    expect(asked.filter((url) => url === 'http://a/')).toHaveLength(5);
    expect(asked.filter((url) => url === 'http://b/')).toHaveLength(1);
    expect(clock.waiting()).toBe(0);
    prober.set(both(2));
    await clock.advance(1000);
    expect(asked).toHaveLength(8);
  });

  it('remembers over a stop that a guess was right', async () => {
    prober.set([target('http://a/', { guessed: true })]);
    await clock.advance(0);
    prober.set([]);
    answers.set('http://a/', refused);
    prober.set([target('http://a/', { guessed: true })]);
    await clock.advance(1000);
    expect(received).toEqual(['api http://a/ 200', 'api http://a/ connection refused turned bad']);
  });

  it('lets a container start in peace, whatever the engine’s clock says', async () => {
    for (const skew of [0, 3_600_000]) {
      received.length = 0;
      answers.set('http://a/', refused);
      prober.set([target('http://a/', { startedAt: clock.now() + skew })]);
      await clock.advance(29_000);
      expect(received).toEqual([]);
      await clock.advance(6_000);
      expect(received).toEqual(['api http://a/ connection refused turned bad']);
      prober.set([]);
    }
  });

  it('reports at once when one that had started well fails again', async () => {
    prober.set([target('http://a/', { startedAt: clock.now() })]);
    await clock.advance(0);
    answers.set('http://a/', refused);
    await clock.advance(16_000);
    expect(received.at(-1)).toBe('api http://a/ connection refused turned bad');
  });

  it('asks no more than four at once and none twice at once', async () => {
    held = true;
    prober.set(Array.from({ length: 9 }, (_, n) => target(`http://${n}/`)));
    await clock.advance(60_000);
    expect([most, asked.length]).toEqual([4, 4]);
    held = false;
    for (const go of letGo) go();
    await clock.advance(0);
    expect(new Set(asked).size).toBe(9);
  });

  it('does nothing while paused or after its end, and forgets what was under way', async () => {
    held = true;
    answers.set('http://a/', refused);
    prober.set([target('http://a/')]);
    await clock.advance(0);
    prober.pause();
    await clock.advance(60_000);
    expect([asked.length, received, clock.waiting()]).toEqual([1, [], 0]);
    held = false;
    prober.resume();
    await clock.advance(1000);
    expect(received).toHaveLength(1);
    prober.stop();
    await clock.advance(60_000);
    expect([received.length, clock.waiting()]).toEqual([1, 0]);
  });
});
