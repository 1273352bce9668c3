import { describe, expect, it } from 'vitest';
import { memoryAudit, noTools, openGuard } from '../../../test/builders/actions.ts';
import { container } from '../../../test/builders/facts.ts';
import { FakeEngine } from '../../../test/builders/fake-engine.ts';
import { fakeClock } from '../../../test/fake-clock.ts';
import type { GuardInput } from '../../actions/guard.ts';
import { type Engine, type EngineChanges, EngineError } from '../../engine/engine.ts';
import { systemClock } from '../../lib/clock.ts';
import { run } from './command.ts';
import type { RunFlags } from './request.ts';

const labels = (service: string) => ({
  'com.docker.compose.project': 'exness',
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': '1',
});

function scene(options: { guard?: Partial<GuardInput>; unreachable?: boolean } = {}) {
  const all = ['redis', 'web'].map((name) =>
    container(`exness-${name}-1`, { labels: labels(name), health: 'healthy' }),
  );
  const calls: string[] = [];
  const lost = new EngineError('connection-refused', 'Nothing listens on the socket.', 'Start Docker.');
  const answers: Partial<Engine & EngineChanges> = {
    ping: () => (options.unreachable ? Promise.reject(lost) : Promise.resolve()),
    restart: async (id) => void calls.push(`restart ${id}`),
    stop: async (id) => {
      calls.push(`stop ${id}`);
      const known = engine.known.get(id);
      if (known !== undefined) engine.known.set(id, { ...known, state: 'exited', exitCode: 0 });
    },
  };
  const engine = FakeEngine.that(answers, fakeClock(), all);
  const audit = memoryAudit();
  const printed: string[] = [];
  const go = (words: string, flags: RunFlags = {}) =>
    run(words.split(' '), flags, {
      engine,
      tools: noTools,
      clock: systemClock,
      settings: {},
      guard: () => ({ ...openGuard, ...options.guard }),
      metrics: async () => openGuard.metric,
      audit,
      print: (text) => printed.push(text),
      progress: () => undefined,
      signal: new AbortController().signal,
    });
  return { go, calls, records: audit.records, text: () => printed.join('') };
}

describe('deskhand run', () => {
  it('prints the plan and does nothing without --yes', async () => {
    const { go, calls, records, text } = scene();
    expect(await go('restart exness/redis')).toBe(0);
    expect(text()).toMatch(
      /^Restart exness\/redis \(1 container\)\ndanger 2 \(short outage\)\n {2}1\. container exness-redis-1/,
    );
    expect(text()).toMatch(/Nothing was done\.\nTo do it: the same with --yes\n$/);
    expect(calls).toEqual([]);
    expect(records).toEqual([]);
  });

  it('does it with --yes, and records the reason', async () => {
    const { go, calls, records, text } = scene();
    expect(await go('restart redis', { yes: true, reason: 'stuck' })).toBe(0);
    expect(calls).toEqual(['restart id-exness-redis-1']);
    expect(text()).toMatch(/Done after .*: healthy again after/);
    expect(records).toMatchObject([
      { kind: 'begin', reason: 'stuck', answer: { kind: 'confirmed' } },
      { kind: 'call', call: 'restart', id: 'id-exness-redis-1', detail: 'stop timeout 10 s' },
      { kind: 'end', ok: true },
    ]);
  });

  it('wants the name for danger 3, says how, and takes it', async () => {
    const { go, calls, records, text } = scene();
    expect(await go('stop exness')).toBe(0);
    expect(text()).toContain('the same with --yes --confirm exness');
    expect(await go('stop exness', { yes: true })).toBe(2);
    expect(text()).toContain('Refused: danger 3 needs the name typed');
    expect(calls).toEqual([]);
    expect(records).toMatchObject([{ kind: 'refused', name: 'exness' }]);
    expect(await go('stop exness', { yes: true, confirm: 'exness' })).toBe(0);
    expect(calls.toSorted()).toEqual(['stop id-exness-redis-1', 'stop id-exness-web-1']);
  });

  it('is refused in read-only mode, and by names it does not know', async () => {
    const { go, calls, text } = scene({ guard: { readonly: true } });
    expect(await go('restart redis', { yes: true })).toBe(2);
    expect(text()).toContain('Refused: the console is read-only');
    expect(await go('restart nothing', { yes: true })).toBe(2);
    expect(text()).toContain('there is no service, container or project "nothing"');
    expect(await go('explode nothing', { yes: true })).toBe(64);
    expect(text()).toContain('There is no action "explode"');
    expect(calls).toEqual([]);
  });

  it('answers 3 when the engine cannot be reached', async () => {
    const { go, text } = scene({ unreachable: true });
    expect(await go('restart redis', { yes: true })).toBe(3);
    expect(text()).toBe('Nothing listens on the socket. Start Docker.\n');
  });

  it('prints one JSON document with --json', async () => {
    const { go, text } = scene();
    await go('restart redis', { yes: true, json: true });
    expect(JSON.parse(text())).toMatchObject({
      exit: 0,
      plan: { name: 'exness/redis' },
      danger: 2,
      outcome: { ok: true },
    });
  });
});
