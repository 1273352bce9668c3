import diagnostics from 'node:diagnostics_channel';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { stateFile, writeState } from '../actions/maintenance/state.ts';
import type { FleetHost } from '../fleet/model.ts';
import { engineId } from '../lib/ids.ts';
import { MaintenanceStep } from '../settings/maintenance.ts';
import { SettingsSchema } from '../settings/schema.ts';
import { type HeldClock, heldClock } from '../simulator/held-clock.ts';
import { type FleetOptions, type SimulatedFleet, startFleet } from '../simulator/simulator.ts';
import { type FleetWatch, watchFleet } from './fleet-watch.ts';
import { endpointNamed, hostSpecs } from './hosts.ts';

const START = Date.UTC(2026, 10, 20, 9, 15);

/** Requests that the engines have got. */
let calls = 0;
diagnostics.subscribe('http.server.request.start', () => {
  calls += 1;
});

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

type Watched = { watch: FleetWatch; clock: HeldClock; simulated: SimulatedFleet; host(name: string): FleetHost };

async function watched(
  options: FleetOptions,
  more: Readonly<Record<string, object>> = {},
  other: object = {},
): Promise<Watched> {
  const clock = heldClock(START);
  const simulated = await startFleet({ clock, ...options });
  ending.push(simulated.close);
  const hosts = Object.fromEntries(
    simulated.hosts.map(({ name, role, pair, engine }) => [
      name,
      { endpoint: `unix://${engine.socketPath}`, role, pair, ...more[name] },
    ]),
  );
  const settings = parse(SettingsSchema, { hosts, ...other });
  const env = { HOME: '/nonexistent' };
  const watch = watchFleet({
    specs: hostSpecs(settings, env),
    endpoint: (name) => endpointNamed(name, settings, env),
    settings,
    clock,
  });
  ending.push(watch.close);
  const host = (name: string) => {
    const found = watch.get().hosts.find(({ spec }) => spec.name === name);
    if (!found) throw new Error(`no host ${name}`);
    return found;
  };
  return { watch, clock, simulated, host };
}

describe('a fleet', () => {
  it('shows each host by itself: well, down, slow, hung, gone, no engine, off', async () => {
    const { watch, clock, host } = await watched(
      { count: 8, incident: 'redis-oom', faults: { gone: 1, refuse: 1, hang: 1, slow: 1 } },
      { 'lon-gateway-1': { off: { reason: 'disk is being replaced', until: '2026-11-20T09:16:00Z' } } },
    );
    expect(watch.get().hosts).toEqual([]);
    watch.open('fleet');
    await clock.pass(3000);
    const states = Object.fromEntries(
      watch.get().hosts.map(({ spec, state, desk }) => [spec.name, [state, desk?.verdict.level]]),
    );
    expect(states).toEqual({
      default: ['idle', undefined],
      'lon-engine-1': ['live', 'down'],
      'lon-engine-2': ['live', 'ok'],
      'lon-gateway-1': ['off', undefined],
      'lon-gateway-2': ['live', 'ok'],
      'lon-engine-3': ['live', 'down'],
      'lon-strategy-1': ['late', undefined],
      'lon-data-1': ['refused', undefined],
      'nyc-engine-1': ['lost', undefined],
    });
    expect(host('lon-engine-1').desk?.verdict.reason).toContain('redis');
    expect(host('lon-gateway-1').why).toBe('disk is being replaced');
    await clock.pass(60_000);
    expect(host('lon-gateway-1')).toMatchObject({ state: 'live', desk: { verdict: { level: 'ok' } } });
  });

  it('shows what is in maintenance on a host as such, not as down', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'deskhand-fleet-'));
    ending.push(async () => rmSync(directory, { recursive: true, force: true }));
    const engine = 'lon-engine-1';
    const path = stateFile(directory, 'weekly', engine);
    mkdirSync(dirname(path));
    await writeState(path, {
      ...{ schema: 1, name: 'weekly', engine, startedAt: START, until: START + 3_600_000, services: ['*'] },
      ...{ phase: 'open', steps: [{ step: parse(MaintenanceStep, { ask: 'Ready?' }), state: 'waiting' }] },
    });
    const audit = { audit: { directory } };
    const { watch, clock, host } = await watched({ count: 1, incident: 'redis-oom' }, {}, audit);
    watch.open('fleet');
    const levels = () => new Set(host(engine).desk?.services.map(({ verdict }) => verdict.level));
    for (let tries = 0; tries < 60 && (!watch.get().hosts.length || !levels().has('maintenance')); tries += 1)
      await clock.pass(1000);
    expect(levels()).toContain('maintenance');
    expect(levels()).not.toContain('down');
  });

  it('pays for a quiet host with one event stream and 0.05 calls a second', async () => {
    const { watch, clock } = await watched({ count: 1 });
    watch.open('fleet');
    await clock.pass(60_000);
    const before = calls;
    await clock.pass(400_000);
    const made = calls - before;
    expect(made / 400).toBeLessThanOrEqual(0.05);
    expect(made).toBeGreaterThan(0);
  });

  it('shows a host that goes as stale, then lost, keeps what was known of it, and has it back by itself', async () => {
    const { watch, clock, simulated, host } = await watched({ count: 2 });
    watch.open('fleet');
    await clock.pass(3000);
    const engine = simulated.hosts[0]?.engine;
    await engine?.misbehave('die');
    await clock.pass(2000);
    expect(host('lon-engine-1')).toMatchObject({ state: 'stale', desk: { services: { length: 15 } } });
    await clock.pass(60_000);
    expect(host('lon-engine-1')).toMatchObject({ state: 'lost', desk: { services: { length: 15 } } });
    expect(host('lon-engine-2').state).toBe('live');
    const entries = host('lon-engine-1').deskState.timeline;
    await engine?.misbehave('none');
    // Its answers come over a real socket, in their own time.
    for (let tries = 0; tries < 60 && host('lon-engine-1').state !== 'live'; tries += 1) await clock.pass(1000);
    expect(host('lon-engine-1').state).toBe('live');
    expect(host('lon-engine-1').deskState.timeline.slice(0, entries.length)).toEqual(entries);
  });

  it('reads what is pinned or not ok closer', async () => {
    const { watch, clock } = await watched({ count: 1 });
    watch.open('fleet');
    await clock.pass(60_000);
    watch.pin([engineId('lon-engine-1')]);
    const before = calls;
    await clock.pass(60_000);
    expect(calls - before).toBeGreaterThan(10);
  });
});
