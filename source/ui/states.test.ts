import { describe, expect, it } from 'vitest';
import { age, bytes, count, duration, percent } from '../lib/format.ts';
import { dialogReducer, initialDialog, pressed } from './dialog/dialog-state.ts';
import { editLine, openLine } from './prompt/line-editor.ts';
import { initialTextView, textViewReducer } from './text-view/text-view-state.ts';

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

describe('a line being typed', () => {
  const type = (text: string, ...keys: string[]) => keys.reduce((line, key) => editLine(line, key, ''), openLine(text));

  it('has readline motions', () => {
    expect(type('logs exness/redis', 'ctrl-w').text).toBe('logs ');
    expect(type('abc', 'ctrl-a', 'ctrl-k').text).toBe('');
    expect(type('abc', 'left', 'ctrl-u').text).toBe('c');
    expect(type('abc', 'left', 'left', 'delete').text).toBe('ac');
    expect(type('a👨‍👩‍👧', 'backspace').text).toBe('a');
    expect(editLine(type('ac', 'left'), 'b', 'b').text).toBe('abc');
  });

  it('leaves a paste out that is longer than a line may be', () => {
    const line = openLine('exec redis ');
    expect(editLine(line, 'paste', 'x'.repeat(1_000_000))).toBe(line);
    expect(editLine(line, 'paste', 'ping').text).toBe('exec redis ping');
  });

  it('goes through the history and comes back to what was typed', () => {
    const line = editLine(openLine('', ['svc', 'ctr']), 'x', 'x');
    const older = editLine(line, 'up', '');
    expect([older.text, editLine(older, 'up', '').text]).toEqual(['ctr', 'svc']);
    expect(editLine(older, 'down', '').text).toBe('x');
  });
});

describe('a long text', () => {
  const lines = Array.from({ length: 50 }, (_, index) => (index % 20 === 5 ? 'needle' : 'hay'));

  it('jumps from match to match, round the end', () => {
    const found = textViewReducer(initialTextView, { type: 'search', text: 'needle', lines, page: 10 });
    expect(found.match).toBe(5);
    const next = textViewReducer(found, { type: 'next', by: 1, lines, page: 10 });
    expect(next).toMatchObject({ match: 25, top: 22 });
    expect(
      textViewReducer(textViewReducer(next, { type: 'next', by: 1, lines, page: 10 }), {
        type: 'next',
        by: 1,
        lines,
        page: 10,
      }).match,
    ).toBe(5);
    expect(textViewReducer(found, { type: 'search', text: 'nothing', lines, page: 10 }).match).toBeUndefined();
  });

  it('does not scroll past its ends', () => {
    const scroll = (by: number) => textViewReducer(initialTextView, { type: 'scroll', by, lines: 50, page: 10 }).top;
    expect([scroll(-5), scroll(7), scroll(500)]).toEqual([0, 7, 40]);
  });
});

describe('figures', () => {
  it('are short', () => {
    expect([0, 1023, 1536, 24_536_678, 4 * 1024 ** 3].map(bytes)).toEqual(['0B', '1023B', '1.5KiB', '23.4MiB', '4GiB']);
    expect([900, 65_000, 600_000, 3_600_000, 100 * 3_600_000, 30 * 86_400_000].map(age)).toEqual([
      '0s',
      '1m5s',
      '10m',
      '1h',
      '4d4h',
      '30d',
    ]);
    expect([12, 4210, 63_000].map(duration)).toEqual(['12ms', '4.2s', '1m03s']);
    expect([0.04, 9.94, 12.3, 240].map(percent)).toEqual(['0.0%', '9.9%', '12%', '240%']);
    expect([0.5, 12.34, 950, 1200, 34_000, 5_600_000].map(count)).toEqual([
      '0.5',
      '12.3',
      '950',
      '1.2k',
      '34k',
      '5.6M',
    ]);
  });
});
