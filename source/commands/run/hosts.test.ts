import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'valibot';
import { afterEach, expect, it } from 'vitest';
import { readLines } from '../../actions/audit/chain.ts';
import { AUDIT_FILE, readAudit } from '../../actions/audit/file.ts';
import { createEngine } from '../../engine/api/client.ts';
import { systemClock } from '../../lib/clock.ts';
import { auditOf, guardOf, toolsOf } from '../../runtime/acting.ts';
import { surveyFleet } from '../../runtime/fleet-survey.ts';
import { endpointNamed, hostSpecs } from '../../runtime/hosts.ts';
import type { OnceDeps } from '../../runtime/run-once.ts';
import { SettingsSchema } from '../../settings/schema.ts';
import { startFleet } from '../../simulator/simulator.ts';

import { type HostsFlags, runOnHosts } from './hosts.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A fleet of five hosts, three of them engines (two are a pair), and the command on it. */
async function setUp() {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-rollout-'));
  ending.push(() => rmSync(directory, { recursive: true }));
  const simulated = await startFleet({ count: 5 });
  ending.push(simulated.close);
  const hosts = Object.fromEntries(
    simulated.hosts.map(({ name, role, pair, engine }) => [
      name,
      { endpoint: `unix://${engine.socketPath}`, role, pair },
    ]),
  );
  const settings = parse(SettingsSchema, { hosts, audit: { directory } });
  const env = { HOME: directory };
  const audit = auditOf(settings, env, systemClock);
  const { signal } = new AbortController();
  let output = '';
  let onProgress = (_: string): unknown => undefined;
  const shared = {
    audit,
    clock: systemClock,
    signal,
    print: (text: string) => {
      output += text;
    },
    progress: (text: string) => void onProgress(text),
  };
  const endpoint = (name: string) => endpointNamed(name, settings, env);
  const run = async (words: string, flags: Partial<HostsFlags> = {}) => {
    output = '';
    const look = (names?: readonly string[]) => {
      const specs = hostSpecs(settings, env).filter(({ name, member }) => member && (names?.includes(name) ?? true));
      return surveyFleet({ specs, endpoint, settings, clock: systemClock, signal });
    };
    const onHost = async <T>(name: string, use: (deps: OnceDeps) => Promise<T>) => {
      const engine = createEngine(endpoint(name));
      const metric = () => ({ kind: 'unknown' as const, why: 'none is read' });
      return use({
        ...shared,
        engine,
        tools: toolsOf(endpoint(name), env, settings, systemClock),
        settings: { stableMs: 0, verifyMs: 500 },
        guard: () => guardOf(settings, false, Date.now(), metric as never),
        metrics: async () => metric as never,
      }).finally(() => engine.close());
    };
    const exit = await runOnHosts(
      words.split(' '),
      { hosts: 'role=engine', soakMs: 1, ...flags },
      { ...shared, look, onHost },
    );
    return { exit, output };
  };
  return {
    run,
    simulated,
    watch: (listener: (text: string) => unknown) => {
      onProgress = listener;
    },
    records: async () => readLines(await readAudit(join(directory, AUDIT_FILE))).map(({ line }) => line),
  };
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
    /done on 0; failed on lon-engine-1 \(.*\); not begun: lon-engine-2, lon-engine-3; stopped: the canary failed/,
  );
  expect((await records()).some(({ engine }) => engine === 'lon-engine-2')).toBe(false);
});

it('goes on where the pair of a host goes down after it, and leaves that host out the next time', async () => {
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
    output: expect.stringContaining('lon-engine-1 is left out: its pair lon-engine-2 is not well'),
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
