import { afterEach, expect, it } from 'vitest';
import { type SimulatedHosts, simulatedHosts } from '../../../test/builders/simulated-hosts.ts';
import { systemClock } from '../../lib/clock.ts';
import { type HostsFlags, runOnHosts } from './hosts.ts';

let hosts: SimulatedHosts | undefined;
afterEach(() => hosts?.close());

/** A fleet of five hosts, three of them engines (two are a pair), and the command on it. */
async function setUp() {
  hosts = await simulatedHosts({ count: 5 });
  const deps = hosts;
  const run = async (words: string, flags: Partial<HostsFlags> = {}) => {
    let output = '';
    const print = (text: string) => {
      output += text;
    };
    const given = { hosts: 'role=engine', soakMs: 1, ...flags };
    const exit = await runOnHosts(words.split(' '), given, { ...deps, clock: systemClock, print });
    return { exit, output };
  };
  return { ...deps, run };
}

it('shows one plan for all, the canary and the batches, and does nothing without --yes', async () => {
  const { run, records } = await setUp();
  const { exit, output } = await run('restart exness/docs');
  expect(exit).toBe(0);
  expect(output).toContain('lon-engine-1, lon-engine-2, lon-engine-3:\n  Restart exness/docs (1 container)\n');
  expect(output).toContain('  canary   lon-engine-1\n  batch 1  lon-engine-2\n  batch 2  lon-engine-3\n');
  expect(output).toContain('--confirm "exness/docs on 3 hosts"');
  expect(await records()).toEqual([]);
});

it('wants the number typed, goes host by host, and records each and the whole', async () => {
  const { run, records } = await setUp();
  expect((await run('restart exness/docs', { yes: true, confirm: 'exness/docs on 4 hosts' })).exit).toBe(2);
  const { exit, output } = await run('restart exness/docs', { yes: true, confirm: 'exness/docs on 3 hosts' });
  expect([exit, output.trim().split('\n').at(-1)]).toEqual([0, 'done on 3']);
  const lines = (await records()).map(({ kind, engine }) => `${kind} ${engine}`);
  const each = ['lon-engine-1', 'lon-engine-2', 'lon-engine-3'].flatMap((host) => [
    `begin ${host}`,
    `call ${host}`,
    `end ${host}`,
  ]);
  expect(lines).toEqual(['refused fleet', 'rollout fleet', ...each, 'rollout fleet']);
});

it('stops when the canary fails, and says on which hosts it was not begun', async () => {
  const { run, watch, simulated, records } = await setUp();
  watch((text) => text.startsWith('lon-engine-1: restarting') && simulated.hosts[0]?.engine.misbehave('die'));
  const { exit, output } = await run('restart exness/docs', { yes: true, confirm: 'exness/docs on 3 hosts' });
  expect(exit).toBe(1);
  expect(output).toMatch(
    /done on 0; failed on lon-engine-1 \(.*\); not started: lon-engine-2, lon-engine-3; stopped: the canary failed/,
  );
  expect((await records()).some(({ engine }) => engine === 'lon-engine-2')).toBe(false);
});

it('continues when the pair of a host goes down after it, and leaves that host out the next time', async () => {
  const { run, watch, simulated } = await setUp();
  watch((text) => text.startsWith('lon-engine-1: restart exness') && simulated.hosts[1]?.engine.play('redis-oom'));
  const { exit, output } = await run('restart exness/docs', {
    yes: true,
    hosts: 'lon-engine-1,lon-engine-3',
    confirm: 'exness/docs on 2 hosts',
  });
  expect([exit, output.trim().split('\n').at(-1)]).toEqual([0, 'done on 2']);
  const again = await run('restart exness/docs', { hosts: 'lon-engine-1' });
  expect(again).toMatchObject({
    exit: 2,
    output: expect.stringContaining('lon-engine-1 is left out: its pair lon-engine-2 is not ok'),
  });
});

it('refuses more hosts than it may, and words that choose none', async () => {
  const { run } = await setUp();
  expect(await run('restart exness/docs', { most: 2 })).toMatchObject({
    exit: 2,
    output: expect.stringContaining('3 hosts are more than 2'),
  });
  expect(await run('restart exness/docs', { hosts: 'role=enigne' })).toMatchObject({
    exit: 64,
    output: 'No host matches "role=enigne".\n',
  });
});
