import { expect, it } from 'vitest';
import type { Terminal } from '../harness/terminal.ts';
import { openConsole } from './console.ts';

/** A pasted text does not act. */

async function demo(): Promise<Terminal> {
  const terminal = openConsole({ args: ['demo'], columns: 120, rows: 40 });
  await terminal.waitFor('exness/redis');
  return terminal;
}

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
