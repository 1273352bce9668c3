import { afterEach, expect, it } from 'vitest';
import { pages } from '../../source/panes/registry.ts';
import { resources } from '../../source/resources/registry.ts';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

/** `esc` leaves, wherever one is, and nothing else happens. */

let console: MountedConsole;
afterEach(() => console.close());

const ASKED = /> Cancel <|Type .+ and press enter/;
const begun = async () => (await console.audit()).filter(({ kind }) => kind === 'begin');

const MAINTENANCE = { maintenance: { weekly: { steps: [{ stop: 'exness/redis' }, { ask: 'Flat?' }] } } };

it('leaves the dialog of every action that asks, also with half of a name typed', async () => {
  console = await mountConsole({ settings: MAINTENANCE });
  await console.shows('exness/redis');
  const commands = [
    ...['restart exness/redis', 'stop exness/redis', 'kill exness/redis', 'pause exness/redis'],
    ...['rolling-restart trading/worker', 'restart-with-dependants exness/redis', 'remove exness/db-migrate'],
    ...['signal exness/redis HUP', 'exec exness/redis redis-cli ping', 'runbook exness/redis redis-flush'],
    ...['update exness/backend exness/backend:9 --pull', 'run-once exness/backend true', 'scale trading/worker 3'],
    ...['prune images --all', 'prune volumes', 'backup exness_postgres_data --stop', 'maintenance weekly'],
    ...['pull-image redis:7-alpine', 'down exness'],
  ];
  const asked: string[] = [];
  for (const command of commands) {
    await console.type(`:${command}\r`);
    const screen = await console.shows(/> Cancel <|Type .+ and press enter|refused/);
    if (!ASKED.test(screen)) continue;
    asked.push(command);
    if (/Type .+ and press enter/.test(screen)) await console.type('exn');
    await console.press('esc');
    await console.shows((text) => !ASKED.test(text));
  }
  // What is refused here has no dialog to leave.
  expect(commands.filter((command) => !asked.includes(command))).toEqual([]);
  expect(await begun()).toEqual([]);
}, 300_000);

it('leaves every prompt and the menu', async () => {
  console = await mountConsole();
  await console.type('/^trading/worker\r');
  for (const [keys, sign] of [
    [['s'], /replicas of trading\/worker/],
    [['i'], /image of trading\/worker/],
    [['x'], /┌ trading\/worker ─/],
    [[':'], /^:/m],
  ] as const) {
    await console.press(...keys);
    await console.shows(sign);
    await console.type('2');
    await console.press('esc');
    await console.shows((text) => !sign.test(text));
  }
  expect(await begun()).toEqual([]);
}, 300_000);

it('leaves every table and page for the view before it', async () => {
  console = await mountConsole({ settings: MAINTENANCE });
  await console.shows('exness/redis');
  const names = [...resources.map(({ aliases }) => aliases[0]), ...pages.map(({ command }) => command.names[0])];
  for (const name of names) {
    await console.type(`:${name}\r`);
    await console.press('esc');
    await console.shows(/┌ Services/);
  }
  expect(await begun()).toEqual([]);
}, 300_000);
