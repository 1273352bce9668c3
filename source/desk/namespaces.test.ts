import { describe, expect, it } from 'vitest';
import { container, event, exited, MINUTE, NOON } from '../../test/builders/facts.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { engineId, serviceId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import { asReached } from './namespaces.ts';
import { initialState, reduceAll } from './reduce.ts';
import type { DeskMessage } from './state.ts';

const vpn = container('vpn');
const bot = (mode: object) => container('bot', { detail: mode });

/** The bot's verdict after each list, seen by one deriver. */
function verdicts(...lists: readonly (readonly ContainerFacts[])[]) {
  const deriver = new Deriver();
  let state = initialState(NOON, engineId('fake'));
  return lists.map((containers) => {
    state = reduceAll(state, [{ type: 'containers', at: NOON, containers }]);
    return deriver.derive(state).byId.get(serviceId('container:bot'))?.verdict;
  });
}

describe('a borrowed namespace', () => {
  const again = container('vpn', { detail: { startedAt: NOON - MINUTE } });
  it.each([
    ['networkMode', 'its network'],
    ['ipcMode', 'its IPC namespace'],
    ['pidMode', 'its PID namespace'],
  ])('%s is lost when its owner is restarted, and regained with a restart', (mode, what) => {
    const facts = bot({ [mode]: `container:${vpn.id}` });
    const restarted = bot({ [mode]: `container:${vpn.id}`, startedAt: NOON });
    const [well, lost, mended] = verdicts([vpn, facts], [again, facts], [again, restarted]);
    expect(well?.level).toBe('ok');
    expect(lost).toEqual({
      level: 'degraded',
      code: 'namespace-lost',
      reason: `up, but ${what} is gone: vpn, which provides it, was restarted after it`,
      since: NOON - MINUTE,
    });
    expect(mended?.level).toBe('ok');
  });

  it('is lost when its owner ends or is removed', () => {
    const facts = bot({ networkMode: `container:${vpn.id}` });
    const [down, gone] = verdicts([exited(vpn, 0), facts], [facts]);
    expect(down?.reason).toBe('up, but its network is gone: vpn, which provides it, is exited');
    expect(gone?.reason).toBe('up, but its network is gone: it belonged to a container that was removed');
  });

  it('of a missing owner is named as the reason why it cannot start', () => {
    const error = `No such container: ${'1'.repeat(64)}`;
    expect(verdicts([exited(bot({ networkMode: `container:${vpn.id}` }), 128, { error })])[0]?.reason).toContain(
      'the container whose network (or other namespace) it uses is gone',
    );
  });
});

it('for PIDs ends its borrower together with its owner', () => {
  const facts = exited(bot({ pidMode: `container:${vpn.id}` }), 137);
  const restarted = container('vpn', { detail: { startedAt: NOON + MINUTE, finishedAt: NOON - 100 } });
  const [known, gone, alone] = verdicts([restarted, facts], [facts], [vpn, facts]);
  expect(known?.reason).toBe('exit 137, killed with vpn, whose PID namespace it uses');
  expect(gone?.reason).toBe('exit 137, killed with the container whose PID namespace it used, which was removed');
  expect(alone?.reason).toContain('exit 137, killed: a stop that timed out');
});

it("for a network is reached at the owner's ports", () => {
  const ports = [{ container: 8080, protocol: 'tcp', host: 18080, address: '0.0.0.0' }];
  const owner = container('vpn', { ports });
  const borrower = bot({ networkMode: `container:${owner.id}` });
  expect(asReached([borrower, owner, container('other')]).map((one) => one.ports)).toEqual([ports, ports, []]);
});

describe('what a restart loses', () => {
  const engine = container('engine', { detail: { startedAt: NOON, finishedAt: NOON - 100 } });
  const verdictAt = (now: number, exitCode: string, signal?: string, held = { engine: 'open orders and balances' }) => {
    const messages: DeskMessage[] = [
      { type: 'held', held },
      { type: 'containers', at: NOON, containers: [engine] },
      ...(signal === undefined
        ? []
        : [{ type: 'event' as const, event: event(engine, 'kill', NOON - 200, { signal }) }]),
      { type: 'event', event: event(engine, 'die', NOON - 100, { exitCode }) },
      { type: 'event', event: event(engine, 'start', NOON) },
      { type: 'tick', now },
    ];
    return new Deriver().derive(reduceAll(initialState(NOON, engineId('fake')), messages)).services[0]?.verdict;
  };

  it('is reported for a quarter of an hour, after a crash and after a restart on request', () => {
    expect(verdictAt(NOON + MINUTE, '143', '15')).toMatchObject({
      level: 'degraded',
      code: 'restarted',
      reason: 'restarted on request; lost: open orders and balances',
    });
    expect(verdictAt(NOON + 10 * MINUTE, '139')?.reason).toBe(
      'exit 139, SIGSEGV, segmentation fault; was restarted; lost: open orders and balances',
    );
    expect(verdictAt(NOON + 15 * MINUTE, '139')?.level).toBe('ok');
  });

  it('is nothing for a service without in-memory state', () => {
    expect(verdictAt(NOON + MINUTE, '143', '15', {} as never)?.level).toBe('ok');
  });
});
