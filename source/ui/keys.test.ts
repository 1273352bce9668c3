import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { keysOf } from './keys.ts';

const key = (more: Partial<Key> = {}) => ({ ctrl: false, meta: false, shift: false, ...more }) as Key;
const names = (input: string, more: Partial<Key> = {}) => keysOf(input, key(more)).map(({ name }) => name);

describe('keys', () => {
  it('that arrive in one read are taken apart', () => {
    expect(names('jjj')).toEqual(['j', 'j', 'j']);
    expect(names(':q\r')).toEqual([':', 'q', 'enter']);
    expect(names('\t\t')).toEqual(['tab', 'tab']);
    expect(names('日é')).toEqual(['日', 'é']);
  });

  it('have the names of k9s', () => {
    expect(names('A', { shift: true })).toEqual(['shift-a']);
    expect(names('d', { ctrl: true })).toEqual(['ctrl-d']);
    expect(names(' ', { ctrl: true })).toEqual(['ctrl-space']);
    expect(names('\u001c')).toEqual(['ctrl-\\']);
    expect(names('', { leftArrow: true, shift: true })).toEqual(['shift-left']);
    expect(names('', { tab: true, shift: true })).toEqual(['shift-tab']);
    expect(names('', { escape: true })).toEqual(['esc']);
    expect(names(' ')).toEqual(['space']);
  });

  it('carry their text for prompts, and releases carry nothing', () => {
    expect(keysOf('Q', key())).toEqual([{ name: 'shift-q', text: 'Q' }]);
    expect(keysOf(' ', key())).toEqual([{ name: 'space', text: ' ' }]);
    expect(keysOf('a', key({ eventType: 'release' }))).toEqual([]);
  });
});
