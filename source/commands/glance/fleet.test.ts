import { parse } from 'valibot';
import { afterEach, expect, it } from 'vitest';
import { takeFleetSnapshot } from '../../runtime/fleet-snapshot.ts';
import { endpointNamed, hostSpecs } from '../../runtime/hosts.ts';
import { SettingsSchema } from '../../settings/schema.ts';
import { heldClock } from '../../simulator/held-clock.ts';
import { type FleetOptions, type SimulatedFleet, startFleet } from '../../simulator/simulator.ts';
import { createTheme } from '../../ui/theme.ts';
import { parity } from '../parity/command.ts';
import type { GlanceFlags } from './command.ts';
import { glanceFleet } from './fleet.ts';

let simulated: SimulatedFleet | undefined;
afterEach(() => simulated?.close());

/** The exit status and the output of the command on a simulated fleet, after all deadlines. */
async function run(options: FleetOptions, flags: GlanceFlags & { parity?: string } = {}, off?: string) {
  const clock = heldClock(Date.UTC(2026, 10, 20, 9, 15));
  simulated = await startFleet({ clock, ...options });
  const hosts = Object.fromEntries(
    simulated.hosts.map(({ name, role, engine }) => [
      name,
      { endpoint: `unix://${engine.socketPath}`, role, ...(name === off ? { off: { reason: 'repair' } } : {}) },
    ]),
  );
  const settings = parse(SettingsSchema, { hosts });
  const env = { HOME: '/nonexistent' };
  const { signal } = new AbortController();
  let output = '';
  const print = (text: string) => {
    output += text;
  };
  const look = () =>
    takeFleetSnapshot({
      specs: hostSpecs(settings, env).filter(({ member }) => member),
      endpoint: (name) => endpointNamed(name, settings, env),
      settings,
      clock,
      signal,
    });
  const deps = { look, clock, theme: createTheme({ level: 0, ascii: false }), print, printError: print, signal };
  const ended =
    flags.parity === undefined ? glanceFleet(flags, deps) : parity({ role: flags.parity, json: flags.json }, deps);
  await clock.pass(12_000);
  return { exit: await ended, output };
}

it('is well with 0, and counts no host that is off', async () => {
  expect(await run({ count: 3, faults: { gone: 1 } }, { quiet: true }, 'lon-gateway-1')).toEqual({
    exit: 0,
    output: '',
  });
});

it('reports what is down with 2, each cause once', async () => {
  const { exit, output } = await run({ count: 5, incident: 'redis-oom' }, { quiet: true });
  expect(exit).toBe(2);
  expect(output).toMatch(/^lon-engine-1 .*✖ 1 down, 6 degraded: redis: exit 137/m);
  expect(output).not.toContain('lon-engine-2');
  expect(
    output.match(/^exness\/redis: exit 137, .* on 2 hosts since .*, all on sha256:[0-9a-f]{12}; well: 1 host on it$/gm),
  ).toHaveLength(1);
});

it('reports hosts that could not be read with 3, and all others all the same', async () => {
  const { exit, output } = await run({ count: 4, faults: { hang: 1, gone: 1, refuse: 1 } }, { json: true });
  const report = JSON.parse(output);
  expect(exit).toBe(3);
  expect(report).toMatchObject({ schema: 1, exit: 3 });
  const states = report.hosts.map(({ host, state, verdict }: Record<string, never>) => [
    host,
    state,
    (verdict as { level: string } | undefined)?.level,
  ]);
  expect(Object.fromEntries(states.map(([host, ...rest]: string[]) => [host, rest]))).toEqual({
    'lon-engine-1': ['live', 'ok'],
    'lon-engine-2': ['refused', undefined],
    'lon-gateway-1': ['lost', undefined],
    'lon-gateway-2': ['late', undefined],
  });
});

it('parity is 0 for hosts that are alike, 1 for one alone, 3 when one could not be read', async () => {
  expect(await run({ count: 5 }, { parity: 'engine' })).toEqual({
    exit: 0,
    output: '3 hosts with the role engine are alike.\n',
  });
  await simulated?.close();
  expect((await run({ count: 3 }, { parity: 'gateway' })).exit).toBe(1);
  await simulated?.close();
  const unread = await run({ count: 5, faults: { gone: 1 } }, { parity: 'engine' });
  expect(unread.exit).toBe(3);
  expect(unread.output).toContain('lon-engine-3 is not compared: lost');
});
