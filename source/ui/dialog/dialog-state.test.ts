import { describe, expect, it } from 'vitest';
import { dialogReducer, initialDialog, pressed } from './dialog-state.ts';

describe('a dialog', () => {
  it('means Cancel until the other button is chosen', () => {
    expect(pressed(initialDialog, undefined)).toBe(0);
    expect(pressed(dialogReducer(initialDialog, { type: 'focus', by: 1, buttons: 2 }), undefined)).toBe(1);
  });

  it('that wants a name takes the very name only', () => {
    const typed = (text: string) =>
      [...text].reduce((state, char) => dialogReducer(state, { type: 'type', text: char }), initialDialog);
    expect(pressed(typed(''), 'redis')).toBe(0);
    expect(pressed(typed('redi'), 'redis')).toBeUndefined();
    expect(pressed(typed('Redis'), 'redis')).toBeUndefined();
    expect(pressed(typed('redis'), 'redis')).toBe(1);
    expect(pressed(dialogReducer(typed('redisx'), { type: 'rub' }), 'redis')).toBe(1);
  });

  it('that wants a name still leads to the other ways, and back to the name by typing', () => {
    const elsewhere = dialogReducer(initialDialog, { type: 'focus', by: 1, buttons: 3 });
    expect(pressed(elsewhere, 'redis')).toBe(2);
    expect(pressed(dialogReducer(elsewhere, { type: 'type', text: 'r' }), 'redis')).toBeUndefined();
  });
});
