import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

/** The tour of the README, key by key: what it says is what one sees. */

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const [, TOUR = ''] = /## Five minutes\n(.*?)\n## /s.exec(README) ?? [];

let console: MountedConsole;
beforeAll(async () => {
  console = await mountConsole({ columns: 120, rows: 40 });
});
afterAll(() => console.close());

/** The step's text, which must name these keys and commands. */
function step(number: number, ...named: readonly string[]): void {
  const [, text = ''] = new RegExp(`^${number}\\. (.*?)(?=^\\d\\. |^Without)`, 'ms').exec(TOUR) ?? [];
  for (const one of named) expect(text).toContain(`\`${one}\``);
}

it('the README’s tour does what it says', async () => {
  step(1, 'j', 'k', 'tab', 'f');
  await console.shows(/docker\/nanoarb/);
  await console.press('j', 'j', 'k');
  await console.shows(/┌ Health\(nanoarb\)/);

  step(2, ':incident redis-oom', 'g');
  await console.type(':incident redis-oom\r');
  await console.shows(/exness\/redis +✖ exit 137, out of memory/);
  await console.press('g');
  await console.shows(/┌ Health\(redis\)/);
  await console.shows(/DO +<t> starts redis/);
  await console.shows(/BLOCKS? +|blocks \d/);

  step(3, 'l', '/', 'n', 'shift-n', 'e', 's', 'c', 'ctrl-s');
  await console.press('l');
  await console.shows(/┌ Logs\(exness\/redis\)/);
  await console.press('ctrl-s');
  await console.shows(/Saved to /);

  step(4, 'esc', 't', 'tab', 'enter', ':audit');
  await console.press('esc');
  await console.shows(/┌ Services/);
  await console.press('t');
  await console.shows(/Start exness\/redis.*> Cancel </s);
  await console.press('tab', 'enter');
  await console.shows(/start exness\/redis: .*(healthy|running)/);
  await console.type(':audit\r');
  await console.shows(/┌ Audit.*start/s);
  await console.press('esc');

  step(5, 'docker/nanoarb', 'm');
  await console.type('/docker\\/nanoarb\r');
  await console.press('m');
  await console.shows(/┌ Metrics\(nanoarb\).*P&L.*[Pp]osition/s);
  await console.press('esc');

  step(6, '?', 'ctrl-a', ':q');
  await console.press('?');
  await console.shows(/┌ Help/);
  await console.press('esc', 'ctrl-a');
  await console.shows(/Commands/);
});
