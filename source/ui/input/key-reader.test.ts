import { expect, it } from 'vitest';
import { fakeClock } from '../../../test/fake-clock.ts';
import { KeyRouter } from '../key-router.ts';
import { keyGroup } from '../keymap.ts';
import { KeyQueue } from './key-queue.ts';
import { readKeys } from './key-reader.ts';

const group = keyGroup('rows', 'Rows', {
  prompt: { keys: [':', '/'], hint: '', help: 'prompt' },
  act: { keys: [...'abcdefghijklmnopqrstuvwxyz', 'enter', 'tab', 'ctrl-d'], hint: '', help: 'act' },
});
const accepting = keyGroup('prompt', 'Prompt', { accept: { keys: ['enter', 'ctrl-e'], hint: '', help: 'accept' } });

/** A console with a row that has keys, a prompt, and a terminal whose reads are given one by one. */
function terminal({ prompt = false } = {}) {
  const clock = fakeClock();
  const reads: string[] = [];
  const stdin = { read: () => reads.shift() ?? null, setEncoding() {}, setRawMode() {} };
  const reader = readKeys(stdin as unknown as NodeJS.ReadStream, clock, 200);
  const router = new KeyRouter();
  const seen = { acted: '', typed: undefined as string | undefined, accepted: 0, unused: [] as string[] };
  const accept = () => {
    seen.accepted += 1;
  };
  const act = (key: string) => {
    seen.acted += key;
  };
  const open = () => {
    seen.typed = '';
    router.add({
      layer: 'modal',
      group: () => accepting,
      handlers: () => ({ accept }),
      text: () => (key, text) => {
        seen.typed = key === 'ctrl-u' ? '' : `${seen.typed}${text}`;
        return true;
      },
    });
  };
  router.add({
    layer: 'pane',
    group: () => group,
    handlers: () => ({ act, prompt: open }),
  });
  const queue = new KeyQueue(router, () => setImmediate(() => queue.drawn(1)));
  reader.listen((events) => queue.push(events, (key) => seen.unused.push(key)));
  if (prompt) open();
  return {
    seen,
    /** One read of the terminal, then `quiet` ms without any. */
    async read(text: string, quiet = 1000) {
      reads.push(text);
      reader.stdin.read();
      await clock.advance(quiet);
      for (let turn = 0; turn < 40; turn += 1) await new Promise((done) => setImmediate(done));
    },
  };
}

it('runs keys that arrive in one read because the link is slow', async () => {
  const { seen, read } = terminal();
  await read('jjr');
  await read('jjjjjjjjj');
  expect(seen.acted).toBe('jjrjjjjjjjjj');
});

it.each([
  ['a word', 'restart'],
  ['a line', 'restart exness/redis\r'],
  ['cells of a table', 'r\tt\r'],
  ['lines', 'kill\rstop\rj'],
  ['text with control characters', 'now\u0004\u0003\u000brm\r'],
  ['a letter with a control character', 'x\u0004'],
])('runs no key of a text pasted without bracketed paste: %s', async (_what, text) => {
  const { seen, read } = terminal();
  await read(text);
  expect(seen).toMatchObject({ acted: '', accepted: 0, unused: ['paste'] });
  await read('j');
  expect(seen.acted).toBe('j');
});

it.each([
  [':restart exness/redis', 'restart exness/redis'],
  ['/\u0015redis\u0005', 'redis'],
  ['/ab\u0005', 'ab'],
  [':stop a\r:stop b\r', 'stop a :stop b'],
])('opens a prompt for %j without submitting it', async (text, typed) => {
  const { seen, read } = terminal();
  await read(text);
  expect(seen).toMatchObject({ acted: '', accepted: 0, typed });
  await read('\r');
  expect(seen.accepted).toBe(1);
});

it.each([
  [':restart exness/redis\r', 'restart exness/redis'],
  [':q\r', 'q'],
  ['/redis\r', 'redis'],
])('reads %j as one complete command that was typed ahead', async (text, typed) => {
  const { seen, read } = terminal();
  await read(text);
  expect(seen).toMatchObject({ acted: '', accepted: 1, typed });
});

it('submits a prompt with an enter that arrives together with later keys', async () => {
  const { seen, read } = terminal();
  await read(':logs redis');
  await read('\r/!INFO tick');
  expect(seen).toMatchObject({ acted: '', accepted: 1 });
});

it('accepts a command whose enter arrives a little later, and what is typed right after it', async () => {
  const { seen, read } = terminal();
  await read(':project exness', 20);
  await read('\rjj');
  expect(seen).toMatchObject({ accepted: 1, typed: 'project exnessjj' });
});

it('accepts a key and an enter that arrive in one read', async () => {
  const { seen, read } = terminal();
  await read('j\r');
  expect(seen.acted).toBe('jenter');
});

it('types pasted lines into an open prompt, and submits only a single line', async () => {
  const many = terminal({ prompt: true });
  await many.read('restart x\rstop y\r');
  expect(many.seen).toMatchObject({ accepted: 0, typed: 'restart x stop y' });
  const one = terminal({ prompt: true });
  await one.read('restart x\r');
  expect(one.seen).toMatchObject({ accepted: 1, typed: 'restart x' });
});

it('joins the reads of a long paste, including its last letters', async () => {
  const { seen, read } = terminal();
  const text = 'some log line with many words\r'.repeat(300);
  await read(text.slice(0, 4095), 600);
  await read(text.slice(4095, 8190), 150);
  await read('r\r');
  expect(seen).toMatchObject({ acted: '', accepted: 0, unused: ['paste'] });
});

it('requests focus reports while Ink has the terminal, and distinguishes them from keys', async () => {
  const sequences: string[] = [];
  const reads = ['j\u001b[Ok', '\u001b[', 'I'];
  const stdin = { read: () => reads.shift() ?? null, setEncoding() {}, setRawMode() {} };
  const write = (sequence: string) => void sequences.push(sequence);
  const reader = readKeys(stdin as unknown as NodeJS.ReadStream, fakeClock(), 200, write);
  const seen: unknown[] = [];
  reader.listen((events) => seen.push(...events.map((event) => (event.kind === 'key' ? event.name : event.kind))));
  reader.onFocus((focused) => seen.push(focused));
  reader.stdin.setRawMode(true);
  reader.stdin.read();
  reader.stdin.setRawMode(false);
  expect(seen).toEqual([false, 'j', 'k', true]);
  expect(sequences).toEqual(['\u001b[?1004h', '\u001b[?1004l']);
});

it('asks for the mouse only where it is wanted, and takes its reports away again', () => {
  const sequences: string[] = [];
  const stdin = { read: () => null, setEncoding() {}, setRawMode() {} };
  const write = (sequence: string) => void sequences.push(sequence);
  const reader = readKeys(stdin as unknown as NodeJS.ReadStream, fakeClock(), 200, write, true);
  reader.stdin.setRawMode(true);
  reader.stdin.setRawMode(false);
  expect(sequences).toEqual(['\u001b[?1004h\u001b[?1000h\u001b[?1006h', '\u001b[?1004l\u001b[?1006l\u001b[?1000l']);
});

it.each([
  ['\u001b]11;rgb:ffff/ffff/ffff\u0007', 'light'],
  ['\u001b]11;rgb:fd/f6/e3\u001b\\', 'light'],
  ['\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\', 'dark'],
  ['\u001b]11;rgba:0000/0000/0000/ffff\u0007', 'dark'],
  ['\u001b]11;nonsense\u0007', undefined],
  ['\u001b]10;rgb:ffff/ffff/ffff\u0007', undefined],
])('reads from %j that the terminal is %s, and none of it as a key', (answer, background) => {
  const reads = [`j${answer.slice(0, 9)}`, `${answer.slice(9)}k`];
  const stdin = { read: () => reads.shift() ?? null, setEncoding() {}, setRawMode() {} };
  const reader = readKeys(stdin as unknown as NodeJS.ReadStream, fakeClock(), 200);
  const seen: unknown[] = [];
  let told = 0;
  reader.listen((events) => seen.push(...events.map((event) => (event.kind === 'key' ? event.name : event.kind))));
  reader.onBackground(() => {
    told += 1;
  });
  reader.stdin.read();
  expect([seen, reader.background(), told]).toEqual([['j', 'k'], background, background === undefined ? 0 : 1]);
});
