import { afterEach, expect, it } from 'vitest';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

/** Nothing but a key acts: not what the terminal answers, and not a key in pieces. */

let console: MountedConsole;
afterEach(() => console.close());

const ANSWERS = [
  '\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\',
  '\u001bP>|XTerm(370)\u001b\\',
  '\u001b_Gi=1;OK\u001b\\',
  '\u001b[?62;1;4c',
  '\u001b[24;80R',
  '\u001b[M r%',
  '\u001b[M t%',
  '\u001b[M`q!',
  '\u001b[<0;82;5M',
  '\u001b[I',
];

it('takes no answer of the terminal for keys, in one piece or in two', async () => {
  console = await mountConsole({ columns: 120, rows: 40 });
  await console.shows('exness/redis');
  for (const answer of ANSWERS) {
    console.write(answer);
    console.write(answer.slice(0, 3));
    await console.pass(15);
    console.write(answer.slice(3));
  }
  await console.press('d');
  expect(await console.shows('Describe(')).not.toMatch(/Cancel|Quit\?/);
  await console.type(`:${ANSWERS.join('')}ctr`);
  await console.shows(/^:ctr/m);
});

it('takes an arrow in pieces for the arrow, in a prompt too', async () => {
  console = await mountConsole({ columns: 120, rows: 40 });
  await console.type(':svx');
  await console.shows(/^:svx/m);
  for (const piece of ['\u001b', '[', 'D']) {
    console.write(piece);
    await console.pass(15);
  }
  await console.press('backspace');
  await console.shows(/^:sx/m);
  await console.press('esc');
  await console.shows((screen) => !/^:sx/m.test(screen));
});

it('moves the cursor and scrolls by the wheel where the settings want the mouse, and does nothing on a click', async () => {
  console = await mountConsole({ columns: 120, rows: 40, settings: { screen: { mouse: true } } });
  await console.shows('exness/redis');
  await console.press('enter', 'esc');
  const cursorAt = () => console.text().match(/┌ Health\(([^)]*)\)/)?.[1];
  const first = cursorAt();
  console.write('\u001b[<65;10;10M');
  await console.pass(1000);
  expect(cursorAt()).not.toBe(first);
  console.write('\u001b[<64;10;10M');
  await console.shows(`┌ Health(${first})`, 5000);
  console.write('\u001b[<0;10;12M\u001b[<0;10;12m');
  await console.pass(1000);
  expect(cursorAt()).toBe(first);
  await console.press('?');
  const top = await console.shows(/┌ Help ─/, 5000);
  console.write('\u001b[<65;10;10M');
  await console.pass(1000);
  // Below the header, which has figures.
  const body = (screen: string) => screen.slice(screen.indexOf('┌ Help'));
  expect(body(console.text())).not.toBe(body(top));
  console.write('\u001b[<64;10;10M');
  await console.shows((screen) => body(screen) === body(top), 5000);
});
