import { describe, expect, it } from 'vitest';
import { editLine, openLine } from './line-editor.ts';

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

  it('rejects a paste that exceeds the maximum length of a line', () => {
    const line = openLine('exec redis ');
    expect(editLine(line, 'paste', 'x'.repeat(1_000_000))).toBe(line);
    expect(editLine(line, 'paste', 'ping').text).toBe('exec redis ping');
  });

  it('goes through the history and returns to the typed text', () => {
    const line = editLine(openLine('', ['svc', 'ctr']), 'x', 'x');
    const older = editLine(line, 'up', '');
    expect([older.text, editLine(older, 'up', '').text]).toEqual(['ctr', 'svc']);
    expect(editLine(older, 'down', '').text).toBe('x');
  });
});
