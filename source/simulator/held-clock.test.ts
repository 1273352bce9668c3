import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { heldClock } from './held-clock.ts';

const START = Date.UTC(2026, 10, 20, 9, 15);

it('stands still until advanced, and runs each timer at its own time', async () => {
  const clock = heldClock(START);
  const seen: string[] = [];
  const note = (name: string) => () => void seen.push(`${name} ${clock.now() - START}`);
  clock.after(300, note('late'));
  clock.after(100, note('early'));
  clock.after(100, note('early too'));
  clock.after(5000, note('never'));
  const cancel = clock.after(200, note('cancelled'));
  cancel();
  expect(seen).toEqual([]);
  await clock.pass(1000);
  expect(seen).toEqual(['early 100', 'early too 100', 'late 300']);
  expect(clock.now()).toBe(START + 1000);
});

it('waits for the work of one timer before running the next', async () => {
  const clock = heldClock(START);
  const seen: string[] = [];
  const server = createServer((_, response) => clock.after(40, () => response.end('answer')));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  clock.after(10, () => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => {
      response.on('data', (body) => seen.push(`${body} at ${clock.now() - START}`));
    });
  });
  clock.after(51, () => seen.push('later timer'));
  await clock.pass(100);
  server.close();
  expect(seen).toEqual(['answer at 50', 'later timer']);
});
