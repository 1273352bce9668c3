import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changes } from '../../source/commands/changes/command.ts';
import { type LogsFlags, logs } from '../../source/commands/logs/command.ts';
import { metrics } from '../../source/commands/metrics/command.ts';
import { listServices, type ServicesFlags } from '../../source/commands/services/command.ts';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { scrapeOnce } from '../../source/runtime/scrape-once.ts';
import { loadSettings } from '../../source/settings/load.ts';
import { type Simulator, startSimulator } from '../../source/simulator/simulator.ts';
import { createTheme } from '../../source/ui/theme.ts';

/** The commands that only read, on the simulated engine. */

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ incident: 'redis-oom' });
});
afterAll(() => simulator.close());

async function run(command: (deps: ReturnType<typeof depsOf>) => Promise<number>) {
  const out: string[] = [];
  const errors: string[] = [];
  const deps = depsOf(out, errors);
  const status = await command(deps).finally(() => deps.engine.close());
  return { status, out: out.join(''), errors: errors.join('') };
}

function depsOf(out: string[], errors: string[]) {
  const endpoint = resolveEndpoint({
    flags: { host: `unix://${simulator.socketPath}` },
    env: {},
    home: '/nonexistent',
  });
  return {
    endpoint,
    engine: createEngine(endpoint),
    clock: systemClock,
    theme: createTheme({ level: 0, ascii: false }),
    print: (text: string) => void out.push(text),
    printError: (text: string) => void errors.push(text),
    signal: new AbortController().signal,
  };
}

describe('deskhand services', () => {
  const services = (flags: ServicesFlags) => run((deps) => listServices(flags, deps));

  it('shows what is in maintenance as such, not as down', async () => {
    const window = { name: 'weekly', services: ['exness/redis'], text: 'step 1 of 2: stop', since: 0 };
    const { out } = await run((deps) =>
      listServices({ json: true }, { ...deps, maintenance: async () => ({ type: 'maintenance', windows: [window] }) }),
    );
    const redis = (JSON.parse(out) as { services: { name: string }[] }).services.find(
      ({ name }) => name === 'exness/redis',
    );
    expect(redis).toMatchObject({ level: 'maintenance', reason: expect.stringContaining('in maintenance (weekly') });
  });

  it('prints a table, the worst first, or the names alone', async () => {
    const { status, out } = await services({ project: 'exness' });
    const [head, first] = out.split('\n');
    expect(status).toBe(0);
    expect(head).toMatch(/^NAME +STATE +READY +HEALTH +RST +UP +PORTS +IMAGE$/);
    expect(first).toMatch(/^exness\/redis +✖ /);
    const names = (await services({ project: 'exness', quiet: true })).out.trim().split('\n');
    expect(names).toContain('exness/engine');
    expect(names.every((name) => name.startsWith('exness/'))).toBe(true);
  });

  it('prints JSON, and suggests a project when there is none of that name', async () => {
    const { services: rows } = JSON.parse((await services({ json: true })).out);
    expect(rows).toContainEqual(expect.objectContaining({ name: 'exness/redis', level: 'down', wanted: 1 }));
    const { status, errors } = await services({ project: 'exnes' });
    expect(status).toBe(1);
    expect(errors).toBe('deskhand: There is no project "exnes". Did you mean exness?\n');
  });
});

describe('deskhand logs', () => {
  const read = (names: readonly string[], flags: LogsFlags = {}) => run((deps) => logs(names, flags, deps));

  it('merges the last lines of services by time', async () => {
    const { status, out } = await read(['exness/redis', 'exness/engine'], { tail: '5' });
    const lines = out.trim().split('\n');
    expect(status).toBe(0);
    expect(lines).toHaveLength(10);
    const times = lines.map((line) => line.slice(0, 24));
    expect(times).toEqual(times.toSorted());
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z (redis|engine) /);
  });

  it('selects by level and prints objects', async () => {
    const { out } = await read([], { project: 'exness', where: 'level>=error', tail: '500', json: true });
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(['error', 'fatal']).toContain(line.level);
  });

  it('reads between two times', async () => {
    const { out } = await read(['exness/engine'], { since: '1h', until: '30m' });
    const age = (line: string) => systemClock.now() - Date.parse(line.slice(0, 24));
    const ages = out.trim().split('\n').map(age);
    expect(ages.length).toBeGreaterThan(1);
    expect(Math.min(...ages)).toBeGreaterThan(29 * 60_000);
    expect(Math.max(...ages)).toBeLessThan(61 * 60_000);
  });

  it.each([
    [[], {}, 64, 'Name services'],
    [['exness/redis'], { since: 'yesterday' }, 64, '--since takes 30m'],
    [['exness/redis'], { tail: 'some' }, 64, '--tail takes a whole number'],
    [['exness/redis'], { tail: '5', since: '1h' }, 64, 'either --tail, or --since'],
    [['exness/redis'], { since: '1h', until: '2h' }, 64, '--since must be before --until'],
    [['exness/redis'], { where: 'level>=loud' }, 64, 'loud is not a level'],
    [['exness/reddis'], {}, 1, 'There is no service "exness/reddis". Did you mean exness/redis?'],
  ])('refuses %j with %j', async (names, flags, status, message) => {
    const result = await read(names, flags);
    expect(result.status).toBe(status);
    expect(result.errors).toContain(message);
    expect(result.out).toBe('');
  });
});

it('deskhand changes says so when nothing happened', async () => {
  const { status, out } = await run((deps) => changes(['docker/grafana'], { since: '1s' }, deps));
  expect({ status, out }).toEqual({ status: 0, out: 'Nothing happened, as far as the engine remembers.\n' });
});

describe('deskhand metrics', () => {
  const read = (words: readonly string[], json = false) =>
    run((deps) => {
      const settings = loadSettings({ env: { HOME: '/nonexistent' }, flags: {} });
      return metrics(
        words,
        { json },
        {
          ...deps,
          scrape: (state, containers) => scrapeOnce(state, { ...deps, settings }, containers),
        },
      );
    });

  it('prints the series of these names now', async () => {
    const { status, out } = await read(['docker/nanoarb', 'nanoarb_position*']);
    expect(status).toBe(0);
    expect(out).toMatch(/^nanoarb_position\S* -?[\d.e+-]+$/m);
    expect(out).not.toContain('nanoarb_orders');
    expect(JSON.parse((await read(['docker/nanoarb'], true)).out).samples.length).toBeGreaterThan(10);
  });

  it('says what is missing', async () => {
    expect(await read(['exness/redis'])).toMatchObject({
      status: 1,
      errors: expect.stringContaining('has no metrics endpoint'),
    });
    expect((await read([])).status).toBe(64);
  });
});
