import { expect, it } from 'vitest';
import { KeyRouter } from '../key-router.ts';
import { keyGroup, motion } from '../keymap.ts';
import { InputDecoder } from './decoder.ts';
import { KeyQueue } from './key-queue.ts';

const group = keyGroup('rows', 'Rows', {
  prompt: { keys: [':'], hint: '', help: 'prompt' },
  act: { keys: ['a', 'c', 'e', 'i', 'j', 'r', 's', 'n', 'k', 'enter'], hint: '', help: 'act' },
});

/** A console with a row that has keys, and a prompt once a colon was pressed. */
function console() {
  const router = new KeyRouter();
  const acted: string[] = [];
  let typed: string | undefined;
  let frames = 0;
  const queue = new KeyQueue(router, () => {
    frames += 1;
    setImmediate(() => queue.drawn(1));
  });
  router.add({
    layer: 'pane',
    group: () => group,
    handlers: () => ({ act: (key: string) => acted.push(key), prompt: openPrompt }),
  });
  function openPrompt(): void {
    typed = '';
    router.add({
      layer: 'modal',
      group: () => keyGroup('none', '', {}),
      handlers: () => ({}),
      text: () => (_key, text) => {
        typed = `${typed}${text}`;
        return true;
      },
    });
  }
  return {
    acted,
    typed: () => typed,
    frames: () => frames,
    async read(text: string) {
      queue.push(new InputDecoder().push(text, 0));
      for (let turn = 0; turn < 2 * text.length + 5; turn += 1) await new Promise((done) => setImmediate(done));
    },
  };
}

it('runs keys that were typed ahead, including a held key', async () => {
  const { acted, read } = console();
  await read('jjr');
  await read('jjjjjjjjj');
  expect(acted.join('')).toBe('jjrjjjjjjjjj');
});

it('runs no key of a text pasted with bracketed paste', async () => {
  const { acted, read } = console();
  await read('\u001b[200~a\rr\u001b[201~');
  expect(acted).toEqual([]);
});

it('queues a bounded number of keys while the screen catches up', async () => {
  const { acted, read } = console();
  await read('j'.repeat(5000));
  expect(acted.length).toBeLessThanOrEqual(257);
});

it('applies a held motion in one frame, and anything else key by key', async () => {
  const { acted, read, frames } = console();
  await read(`k${'j'.repeat(200)}`);
  expect(acted).toHaveLength(201);
  expect(frames()).toBe(2);
  await read('aaar');
  expect(frames()).toBe(6);
});

it('types a repeated letter as text', async () => {
  const { acted, typed, read } = console();
  await read(':jjjk');
  expect(acted).toEqual([]);
  expect(typed()).toBe('jjjk');
});

it('moves by the wheel what has the focus, and nothing while a prompt is open', async () => {
  const router = new KeyRouter();
  const moved: string[] = [];
  const queue = new KeyQueue(router, () => setImmediate(() => queue.drawn(1)));
  const motions = keyGroup('rows', 'Rows', motion());
  const handlers = { up: () => moved.push('up'), down: () => moved.push('down') };
  router.add({ layer: 'pane', group: () => motions, handlers: () => handlers });
  // An action that is called as a motion is no motion.
  const action = keyGroup('action', 'Action', { up: { keys: ['u'], hint: 'up', help: 'compose up', mutates: true } });
  router.add({ layer: 'pane', group: () => action, handlers: () => ({ up: () => moved.push('ACTED') }) });
  const unused: string[] = [];
  const read = async (text: string) => {
    queue.push(new InputDecoder(undefined, undefined, true).push(text, 0), (key) => unused.push(key));
    for (let turn = 0; turn < 10; turn += 1) await new Promise((done) => setImmediate(done));
  };
  await read('\u001b[<65;1;1M\u001b[<64;1;1M');
  expect(moved).toEqual(['down', 'down', 'down', 'up', 'up', 'up']);
  const prompt = keyGroup('prompt', 'Prompt', motion());
  const close = router.add({ layer: 'modal', group: () => prompt, handlers: () => handlers, text: () => () => true });
  await read('\u001b[<65;1;1M');
  close();
  // A dialog keeps it from the rows below.
  router.add({ layer: 'modal', group: () => keyGroup('dialog', 'Dialog', {}), handlers: () => ({}) });
  await read('\u001b[<65;1;1M');
  expect(moved).toHaveLength(6);
  expect(unused).toEqual([]);
});
