import { quoteRegExp } from '../lib/glob.ts';
import { LEVELS, levelOfWord } from '../lib/log-line/level.ts';
import { isBadLine, type LogLevel, type Recognised, recognise } from '../lib/log-line/recognise.ts';
import { readPattern } from '../lib/pattern.ts';
import { suggestionFor } from '../lib/suggestion.ts';
import { fieldReader, type QueriedLine } from './query-fields.ts';
import { type Comparison, compares } from './query-value.ts';

/**
 * A query on the fields of log lines: `level>=error status>=500 latency_us>500 symbol=ESH24 timeout`. All of its terms must match.
 *
 * - `name=value`, `!=`, `>`, `>=`, `<`, `<=`: numbers compare as numbers, with their units if any (`took>250ms`);
 *   `symbol=ES*,NQH24` takes several values, `*` stands for any characters; `name~regex`, `name!~regex`.
 * - `level` is the line's level in any format, `service` its container; `status`, `method` and `path` also work for access logs.
 * - Any other word is a regular expression that the line must match; `!` before a term negates it; quotes keep blanks together.
 */
export type LogQuery = {
  /** As typed. */
  text: string;
  /** `text`: safe, without styles; `source`: the container's name. */
  test(text: string, source?: string): boolean;
  /** The expressions among its terms, whose hits are highlighted. */
  patterns: readonly RegExp[];
  /** It contains a level: a message of several lines has the level of its first line. */
  whole: boolean;
};

type Term = (line: QueriedLine) => boolean;

const FIELD = /^(!?)([A-Za-z_@](?:[\w.@-]*[\w@])?)(>=|<=|!=|!~|=|>|<|~)(.*)$/s;
/** Characters that mark an expression rather than a value: `pnl=\d+`, `order=(1|2)`, `a=>b` and `x==y` are expressions. */
const EXPRESSION = /[\\^$()[\]{}|+?]|\.\*|^[=<>~]/;
const LEVEL = /^(?:level|lvl|severity)$/i;
const WORD = /(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g;

/** Whether the typed text is a query on fields; otherwise all of it is one expression. */
export function isQuery(typed: string): boolean {
  return wordsOf(typed).some((word) => fieldOf(word) !== undefined);
}

/** Parses a query, which may consist of words only; returns an error message if a term is invalid, undefined if it is empty. */
export function parseLogQuery(typed: string): LogQuery | { error: string } | undefined {
  const words = wordsOf(typed);
  if (words.length === 0) return undefined;
  const terms: Term[] = [];
  const patterns: RegExp[] = [];
  for (const word of words) {
    const field = fieldOf(word);
    const term = field ? fieldTerm(field) : textTerm(word, patterns);
    if (typeof term !== 'function') return term;
    terms.push(term);
  }
  return {
    text: typed,
    whole: words.some((word) => LEVEL.test(fieldOf(word)?.name ?? '')),
    test(text, source = '') {
      let recognised: Recognised | undefined;
      const line = { text, source, recognised: () => (recognised ??= recognise(text)) };
      return terms.every((term) => term(line));
    },
    patterns,
  };
}

function wordsOf(typed: string): string[] {
  return typed.match(WORD) ?? [];
}

type Field = { not: boolean; name: string; comparison: Comparison; value: string; quoted: boolean };

function fieldOf(word: string): Field | undefined {
  const [, not = '', name = '', comparison = '', rest = ''] = FIELD.exec(word) ?? [];
  const quoted = /^"(?:[^"\\]|\\.)*"$/s.test(rest);
  if (name === '' || rest === '' || (!quoted && !comparison.endsWith('~') && EXPRESSION.test(rest))) return undefined;
  const value = quoted ? unquoted(rest) : rest;
  return { not: not !== '', name, comparison: comparison as Comparison, value, quoted };
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text;
}

function fieldTerm(field: Field): Term | { error: string } {
  const term = LEVEL.test(field.name) ? levelTerm(field) : valueTerm(field);
  return typeof term === 'function' && field.not ? (line) => !term(line) : term;
}

function levelTerm({ name, comparison, value, quoted }: Field): Term | { error: string } {
  if (comparison === '~' || comparison === '!~')
    return { error: `${name}${comparison}: compare levels with = != > >= < <=` };
  const levels: LogLevel[] = [];
  for (const word of alternatives(value, quoted)) {
    const level = levelOfWord(word);
    if (!level) return { error: `${word} is not a level: ${LEVELS.join(', ')}.${suggestionFor(word, LEVELS)}` };
    levels.push(level);
  }
  const [first = 'info'] = levels;
  if (comparison === '=')
    return ({ recognised }) => levels.includes(recognised().level ?? first) && recognised().level !== undefined;
  if (comparison === '!=') return ({ recognised }) => !levels.some((level) => level === recognised().level);
  if (comparison === '>=' && first === 'error') return ({ text }) => isBadLine(text);
  const at = LEVELS.indexOf(first);
  return ({ recognised }) => {
    const own = LEVELS.indexOf(recognised().level ?? first);
    return recognised().level !== undefined && inOrder(own - at, comparison);
  };
}

function inOrder(order: number, comparison: '>' | '>=' | '<' | '<='): boolean {
  if (order === 0) return comparison.endsWith('=');
  return order > 0 === comparison.startsWith('>');
}

function valueTerm({ name, comparison, value, quoted }: Field): Term | { error: string } {
  const read = fieldReader(name);
  if (comparison === '~' || comparison === '!~') {
    const pattern = readPattern(value);
    if ('error' in pattern) return { error: `${name}${comparison}${value}: ${pattern.error}` };
    return (line) => read(line).some((own) => pattern.test(own)) === (comparison === '~');
  }
  if (comparison !== '=' && comparison !== '!=')
    return (line) => read(line).some((own) => compares(name, own, comparison, value));
  const equal = alternatives(value, quoted).map((one) => equalTo(name, one, quoted));
  return (line) => read(line).some((own) => equal.some((test) => test(own))) === (comparison === '=');
}

function equalTo(name: string, wanted: string, quoted: boolean): (value: string) => boolean {
  if (quoted || !wanted.includes('*')) return (value) => compares(name, value, '=', wanted);
  const pattern = new RegExp(
    `^${wanted
      .split('*')
      .map((part) => quoteRegExp(part))
      .join('.*')}$`,
    'isu',
  );
  return (value) => pattern.test(value);
}

function alternatives(value: string, quoted: boolean): string[] {
  return quoted ? [value] : value.split(',').filter((one) => one !== '');
}

function textTerm(word: string, patterns: RegExp[]): Term | { error: string } {
  const not = word.startsWith('!') && word.length > 1;
  const source = not ? word.slice(1) : word;
  const pattern = source.startsWith('"') ? readPattern(quoteRegExp(unquoted(source)), 'iu') : readPattern(source);
  if ('error' in pattern) return { error: `${source}: ${pattern.error}` };
  if (!not) patterns.push(pattern);
  return ({ text }) => pattern.test(text) !== not;
}
