import { expect, it } from 'vitest';
import { keyNamed } from './key-names.ts';

it.each([
  ['a', 'a'],
  ['G', 'shift-g'],
  ['Shift-L', 'shift-l'],
  ['Shift-1', '!'],
  ['Ctrl-T', 'ctrl-t'],
  ['Alt-Ctrl-left', 'ctrl-alt-left'],
  ['F5', 'f5'],
  ['PageUp', 'pgup'],
  ['ctrl-\\', 'ctrl-\\'],
  ['ctrl-space', 'ctrl-space'],
  ['?', '?'],
  ['hyper-x', undefined],
  ['f13', undefined],
  ['xy', undefined],
])('%s is the key %s', (written, key) => expect(keyNamed(written)).toBe(key));
