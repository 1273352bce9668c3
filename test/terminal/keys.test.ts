import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Terminal } from '../harness/terminal.ts';
import { openConsole } from './console.ts';

/** Nothing but a key acts: not what the terminal answers, not a key in pieces, not a pasted text. */

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

async function demo(): Promise<Terminal> {
  const terminal = openConsole({ args: ['demo'], columns: 120, rows: 40 });
  await terminal.waitFor('exness/redis');
  return terminal;
}

it('takes no answer of the terminal for keys, in one piece or in two', async () => {
  const terminal = await demo();
  for (const answer of ANSWERS) {
    terminal.type(answer);
    terminal.type(answer.slice(0, 3));
    await sleep(30);
    terminal.type(answer.slice(3));
  }
  terminal.press('d');
  const screen = await terminal.waitFor('Describe(');
  expect(screen).not.toMatch(/Cancel|Quit\?/);
  terminal.type(`:${ANSWERS.join('')}ctr`);
  await terminal.waitFor(/^:ctr/m);
});

it('takes an arrow in pieces for the arrow, in a prompt too', async () => {
  const terminal = await demo();
  terminal.type(':svx');
  await terminal.waitFor(/^:svx/m);
  terminal.type('\u001b');
  await sleep(60);
  terminal.type('[');
  await sleep(60);
  terminal.type('D');
  terminal.press('backspace');
  await terminal.waitFor(/^:sx/m);
  terminal.press('esc');
  await terminal.waitFor((screen) => !/^:sx/m.test(screen));
});

it('does nothing with a pasted text but type it into a prompt', async () => {
  const terminal = await demo();
  terminal.type('\u001b[200~q\rrt\u001b[201~');
  terminal.type('\u001b[200~:q\r\u001b[201~');
  terminal.press('d');
  await terminal.waitFor('Describe(');
  terminal.press(':');
  await terminal.waitFor(/^:/m);
  terminal.type('\u001b[200~svc\r\u001b[201~');
  const screen = await terminal.waitFor(/^:svc/m);
  expect(screen).not.toMatch(/Cancel|Quit\?/);
});

it('runs no command that was pasted into a terminal without a paste mode', async () => {
  const terminal = await demo();
  terminal.type(':q\rq\rrestart exness/redis\rtk');
  await terminal.waitFor(/^:q q restart exness\/redis tk/m);
  terminal.press('esc');
  await terminal.waitFor((seen) => !/^:/m.test(seen));
  terminal.type('q\rrestart\r\tk\r\u0003');
  const screen = await terminal.waitFor('Paste into a prompt: : or / opens one.');
  expect(screen).not.toMatch(/Cancel|Quit\?/);
});
