import { afterEach, expect, it } from 'vitest';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

let console: MountedConsole | undefined;
afterEach(() => console?.close());

it('lists on x everything that can be done with the row, and does it by key or with the cursor', async () => {
  console = await mountConsole();
  await console.type('/exness/redis\r');
  await console.press('x');
  const menu = await console.shows(/┌ exness\/redis ─/, 5000);
  for (const words of ['logs of the previous run', 'restart; rolling', 'describe', 'pause: '])
    expect(menu).toContain(words);
  // The dialog keeps what is under it from acting.
  await console.press('z', 'esc');
  expect(console.text()).not.toMatch(/┌ exness\/redis ─/);
  await console.press('x', 'd');
  await console.shows('Describe(exness/redis)', 5000);
  await console.press('esc', 'x', 'enter');
  await console.shows(/┌ Logs\(exness\/redis\)/, 5000);
});

it('offers no action while the console is read-only, and says of a key without a use that it has none', async () => {
  console = await mountConsole({ settings: { readonly: true } });
  await console.type('/exness/redis\r');
  await console.press('x');
  const menu = await console.shows(/┌ exness\/redis ─/, 5000);
  expect(menu).toContain('describe');
  expect(menu).not.toMatch(/restart; rolling|pause: |<r> restart/);
  await console.press('esc', 'z');
  await console.shows('<z> does nothing here.', 5000);
  await console.press('?');
  const help = await console.shows(/┌ Help ─/, 5000);
  expect(help).toMatch(/Services, containers/);
  expect(help).not.toContain('restart; rolling');
  await console.press('?');
  await console.shows(/┌ Services/, 5000);
});

it('shows the pulse of the desk, and its causes', async () => {
  console = await mountConsole({ incident: 'redis-oom' });
  await console.shows('exness/redis');
  await console.type(':pulse\r');
  const pulse = await console.shows(/┌ Pulse\(desk\)/, 5000);
  expect(pulse).toMatch(/Services +✖ 1 down {2}▲ 6 degraded {2}● 22 ok/);
  expect(pulse).toMatch(/Memory +\S+ +[\d.]+GiB of 32GiB/);
  expect(pulse).toMatch(/✖ exness .*✖ 1 down/);
  expect(pulse).toMatch(/DO +:start exness\/redis/);
  await console.type(':causes\r');
  const causes = await console.shows(/┌ Causes\(desk\)/, 5000);
  expect(causes).toMatch(/exness\/redis down: exit 137[\s\S]*BLOCKS 6/);
  await console.press('space');
  await console.shows(/└ .*price-poller/, 5000);
});

it('hints at no key of a row where there is none, and at none that needs the engine while it is lost', async () => {
  console = await mountConsole();
  await console.shows(/<d> describe/);
  await console.type('/nothing-is-called-so\r');
  const empty = await console.shows((screen) => !screen.includes('<d> describe'), 5000);
  expect(empty).toMatch(/Services\(all\)\[0\//);
  expect(empty).not.toMatch(/<r> restart|<l> logs|<enter> open|<x> menu/);
  await console.press('esc');
  await console.shows(/<d> describe/, 5000);
  await console.simulator.close();
  const lost = await console.shows(/ENGINE LOST/);
  expect(lost).not.toMatch(/<d> describe|<r> restart/);
  expect(lost).toMatch(/<l> logs/);
  await console.press('x');
  const menu = await console.shows(/[<]l[>] +logs$|logs of the previous run/m, 5000);
  expect(menu).not.toMatch(/restart; rolling|pause: /);
});

it('shows the pulse in the health pane while there is more than one cause and nothing is selected', async () => {
  console = await mountConsole({ incident: 'redis-oom' });
  await console.shows('exness/redis');
  await console.type('/nothing-is-called-so\r');
  await console.shows(/┌ Health\(desk\)[\s\S]*1 cause, 6 symptoms/, 5000);
  console.simulator.play('nanoarb-oom');
  const pulse = await console.shows(/┌ Pulse\(desk\)[\s\S]*2 causes, 6 symptoms/);
  expect(pulse).toMatch(/Services +✖/);
  // The first cause is chosen, then the next one; enter opens it.
  await console.press('tab', 'n', 'enter');
  await console.shows(/┌ Health\(nanoarb\)/, 5000);
  // Back there, it is still chosen.
  await console.press('esc');
  await console.shows(/┌ Pulse\(desk\)/, 5000);
  await console.press('shift-n', 'enter');
  await console.shows(/┌ Health\(redis\)/, 5000);
});

it('opens a cause from the pulse with enter', async () => {
  console = await mountConsole({ incident: 'redis-oom' });
  await console.shows('exness/redis');
  await console.type(':pulse\r');
  await console.shows(/┌ Pulse\(desk\)/, 5000);
  await console.press('enter');
  await console.shows(/┌ Health\(redis\)[\s\S]*exit 137/, 5000);
  await console.press('esc');
  await console.shows(/┌ Pulse\(desk\)/, 5000);
});
