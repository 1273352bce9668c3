import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'valibot';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DETAIL, listed } from '../../../test/builders/facts.ts';
import { FakeEngine } from '../../../test/builders/fake-engine.ts';
import { type FakeClock, fakeClock } from '../../../test/fake-clock.ts';
import type { ComposeTool } from '../../compose/tool.ts';
import { createStore, type Store } from '../../desk/store.ts';
import { resolveEndpoint } from '../../engine/connect/endpoint.ts';
import { engineId, serviceId } from '../../lib/ids.ts';
import { SettingsSchema } from '../../settings/schema.ts';
import type { Collector } from './collector.ts';
import { collectDrift } from './drift.ts';

const hash = (digit: string) => digit.repeat(64);
const ID = serviceId('compose:p/api');
let directory: string;
let clock: FakeClock;
let store: Store;
let collector: Collector;
let inFile: { image: string; hash: string };
let asked: string[];

const compose: ComposeTool = {
  find: () => Promise.reject(new Error('not asked')),
  async run(_call, command) {
    asked.push(command.join(' '));
    const stdout = command.includes('--hash')
      ? `api ${inFile.hash}\n`
      : JSON.stringify({ services: { api: { image: inFile.image } } });
    return { code: 0, cancelled: false, stdout, output: stdout };
  },
};
const file = () => join(directory, 'compose.yaml');

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-drift-'));
  writeFileSync(file(), 'services: { api: { image: "api:1", env_file: settings.env } }');
  clock = fakeClock();
  store = createStore({ clock, engine: engineId('fake'), notifyMs: 200 });
  inFile = { image: 'api:1', hash: hash('a') };
  asked = [];
  const engine = new FakeEngine(clock);
  const endpoint = resolveEndpoint({ flags: { host: 'unix:///fake.sock' }, env: {}, home: '/' });
  collector = collectDrift({ store, clock, engine, endpoint, settings: parse(SettingsSchema, {}), compose });
  const labels = {
    'com.docker.compose.project': 'p',
    'com.docker.compose.service': 'api',
    'com.docker.compose.container-number': '1',
    'com.docker.compose.config-hash': hash('a'),
    'com.docker.compose.project.working_dir': directory,
    'com.docker.compose.project.config_files': file(),
  };
  const api = listed('p-api-1', { image: 'api:1', labels, detail: { ...DETAIL, limits: {} } });
  store.dispatch({ type: 'containers', at: clock.now(), containers: [api] });
  store.flush();
});
afterEach(() => {
  collector.stop();
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The next look, and what is known then. */
async function look(expected: readonly string[] | undefined): Promise<void> {
  const state = store.get();
  collector.follow({ state, desk: store.deskOf(state), visible: [], selected: [] });
  await clock.advance(10_000);
  await vi.waitFor(() => expect(store.get().drift.get(ID)).toEqual(expected), { timeout: 30_000 });
}

/** Changes a file without waiting for its clock. */
function touch(path: string, at: number): void {
  writeFileSync(path, '');
  utimesSync(path, at, at);
}

it('says how containers differ from their file, and asks compose only when a file has changed', async () => {
  await look([]);
  expect(asked).toEqual(['config', 'config --hash *']);
  await look([]);
  expect(asked).toHaveLength(2);
  inFile = { image: 'api:2', hash: hash('b') };
  touch(join(directory, 'settings.env'), 1000);
  await look(['image api:1 -> api:2']);
  expect(asked).toHaveLength(4);
});

it('knows nothing any more once the files are gone', async () => {
  await look([]);
  rmSync(file());
  await look(undefined);
});
