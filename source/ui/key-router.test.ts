import { describe, expect, it } from 'vitest';
import { KeyRouter, type Layer } from './key-router.ts';
import { keyGroup, rebind } from './keymap.ts';

const group = keyGroup('test', 'Test', {
  act: { keys: ['a', 'ctrl-a'], hint: 'act', help: 'act' },
  quit: { keys: ['ctrl-c'], hint: '', help: 'quit' },
});

function routed() {
  const router = new KeyRouter();
  const log: string[] = [];
  const received = (name: string, answer?: false) => {
    log.push(name);
    return answer;
  };
  const add = (name: string, layer: Layer, answer?: false) =>
    router.add({
      layer,
      group: () => group,
      handlers: () => ({
        act: () => received(name, answer),
        ...(layer === 'everywhere' ? { quit: () => log.push('quit') } : {}),
      }),
    });
  return { router, log, add };
}

describe('the key router', () => {
  it('sends keys to the topmost layer, and below if a handler declines', () => {
    const { router, log, add } = routed();
    add('everywhere', 'everywhere');
    add('view', 'view');
    add('pane', 'pane', false);
    expect(router.press('a')).toBe(true);
    expect(log).toEqual(['pane', 'view']);
  });

  it('lets nothing past a dialog but ctrl-c', () => {
    const { router, log, add } = routed();
    add('everywhere', 'everywhere');
    const typed: string[] = [];
    const close = router.add({
      layer: 'modal',
      group: () => keyGroup('d', 'D', {}),
      handlers: () => ({}),
      text: () => (key) => typed.push(key) > 0,
    });
    expect(router.press('a')).toBe(true);
    router.press('ctrl-c');
    expect([typed, log]).toEqual([['a'], ['quit']]);
    close();
    router.press('a');
    expect(log).toEqual(['quit', 'everywhere']);
  });

  it('passes keys without a binding to a prompt as text', () => {
    const { router, add, log } = routed();
    add('everywhere', 'everywhere');
    const typed: string[] = [];
    router.add({
      layer: 'modal',
      group: () => keyGroup('p', 'P', {}),
      handlers: () => ({}),
      text: () => (_key, text) => typed.push(text) > 0,
    });
    router.press('a', 'a');
    expect([typed, log]).toEqual([['a'], []]);
  });
});

describe('rebinding', () => {
  it('replaces the keys of a binding', () => {
    const { groups, errors } = rebind([group], { 'test.act': ['x'] });
    expect(groups[0]?.bindings.act?.keys).toEqual(['x']);
    expect(errors).toEqual([]);
  });

  it('reports unknown bindings and keys with two meanings', () => {
    const { errors } = rebind([group], { 'test.nothing': ['x'], 'test.act': ['ctrl-c'] });
    expect(errors).toEqual([
      { binding: 'test.nothing', text: 'there is no binding "test.nothing".' },
      { binding: 'test.act', text: 'ctrl-c means both test.act and test.quit' },
    ]);
    expect(rebind([group], { 'test.act': ['hyper-x'] }).errors[0]?.text).toContain('there is no key "hyper-x"');
  });
});
