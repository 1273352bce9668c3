import { describe, expect, it } from 'vitest';
import { splitWords } from './words.ts';

describe('the words of a command line', () => {
  it.each([
    ['redis-cli ping', ['redis-cli', 'ping']],
    ['  a   b\t', ['a', 'b']],
    ['', []],
    [`sh -c 'echo "$HOME" | wc -l'`, ['sh', '-c', 'echo "$HOME" | wc -l']],
    [`a "b 'c'" d`, ['a', "b 'c'", 'd']],
    [`a"b"'c'd`, ['abcd']],
    [`"" ''`, ['', '']],
    ['a\\ b \\"', ['a b', '"']],
    ['"a\\"b\\n"', ['a"b\\n']],
    ["'a\\'", ['a\\']],
    ['a > b; c $D *', ['a', '>', 'b;', 'c', '$D', '*']],
  ])('%s', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  it('say which quote is open', () => {
    expect(splitWords('a "b')).toBe('A quote " is not closed.');
    expect(splitWords('a \'b"')).toBe("A quote ' is not closed.");
  });
});
