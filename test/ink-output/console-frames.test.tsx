import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { Console } from '../../source/panes/console/Console.tsx';
import { allGroups } from '../../source/panes/registry.ts';
import { ServicesContext } from '../../source/panes/shared/services.ts';
import { createHost } from '../../source/runtime/host.ts';
import { loadSettings } from '../../source/settings/load.ts';
import { startSimulator } from '../../source/simulator/simulator.ts';
import { KeyRouter } from '../../source/ui/key-router.ts';
import { createTheme } from '../../source/ui/theme.ts';
import { ThemeContext } from '../../source/ui/theme-context.ts';
import { KeyContext } from '../../source/ui/use-keys.tsx';
import { renderAt } from '../harness/render.tsx';
import { besideStock } from './beside-stock.ts';

const frames = new Set<string>();
const differing: { stock: string; cached: string }[] = [];
let end: () => void;

beforeAll(() => {
  end = besideStock((stock, cached) => {
    frames.add(stock.output);
    if (stock.output !== cached.output) differing.push({ stock: stock.output, cached: cached.output });
  });
});
afterAll(() => end());

it('draws the same frames of the console as Ink does, whatever it shows and however large it is', async () => {
  const home = mkdtempSync(join(tmpdir(), 'deskhand-frames-'));
  const env = { HOME: home, XDG_STATE_HOME: home, LANG: 'C.UTF-8' };
  const simulator = await startSimulator({ incident: 'redis-oom' });
  const settings = loadSettings({ env, flags: {} });
  const endpoint = resolveEndpoint({ flags: { host: `unix://${simulator.socketPath}` }, env, home });
  const host = createHost({ endpoint, settings, clock: systemClock, env, write: () => {}, quit: () => {} });
  const bound = new Map(allGroups.map((group) => [group.name, group]));
  const screen = await renderAt(
    120,
    40,
    <ServicesContext value={host}>
      <ThemeContext value={createTheme({ level: 3, ascii: false, background: 'dark' })}>
        <KeyContext value={{ router: new KeyRouter(), bound }}>
          <Console />
        </KeyContext>
      </ThemeContext>
    </ServicesContext>,
  );
  try {
    await screen.waitFor('redis');
    for (const [columns, rows] of [
      [80, 24],
      [300, 100],
      [60, 15],
      [120, 40],
    ] as const) {
      screen.resize(columns, rows);
      await screen.settled();
    }
    const TOUR = [
      'j',
      'j',
      'k',
      'tab',
      'f',
      'f',
      'tab',
      'f',
      'f',
      'tab',
      'tab',
      'd',
      'esc',
      'y',
      'esc',
      '?',
      'esc',
      'r',
      'esc',
      'l',
      'esc',
      'enter',
      'esc',
    ];
    for (const key of TOUR) {
      const before = frames.size;
      screen.press(key);
      await screen.waitFor(() => frames.size > before);
      expect(differing).toEqual([]);
    }
  } finally {
    await screen.unmount();
    await host.close();
    await simulator.close();
    rmSync(home, { recursive: true, force: true });
  }
  expect(frames.size).toBeGreaterThan(25);
});
