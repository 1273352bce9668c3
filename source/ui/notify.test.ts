import { expect, it } from 'vitest';
import { notifySequence } from './notify.ts';

it('rings, or notifies without a control sequence from the text', () => {
  expect(notifySequence('bell', 'x', {})).toBe('\u0007');
  expect(notifySequence('notification', 'a\u001b]52;c;x\u0007b\n', {})).toBe('\u001b]9;ab \u0007');
});

it('is passed through tmux', () => {
  expect(notifySequence('notification', 'a', { TMUX: '/tmp/x' })).toBe('\u001bPtmux;\u001b\u001b]9;a\u0007\u001b\\');
});
