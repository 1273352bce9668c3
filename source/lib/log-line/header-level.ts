import { isHarmlessBehind, isHarmlessWord } from './harmless.ts';
import { APART, BEFORE_TIME } from './header-shapes.ts';
import { isBad, type LogLevel, levelOfWord, strongLevel } from './level.ts';
import { timeEnd } from './time.ts';

/** The part of a header read last, which decides whether a word can be a level. */
export type Before = 'start' | 'time' | 'pipe' | 'dash' | 'bracket' | 'colon' | 'number' | 'decimal' | 'name' | 'word';

/** A word in a header, and what is known of the parts before it. */
export type Place = {
  text: string;
  at: number;
  end: number;
  /** As written, and without the signs around it. */
  token: string;
  bare: string;
  before: Before;
  /** Two blanks or a tab were before it. */
  wide: boolean;
  /** The number of words of prose before it. */
  prose: number;
  /** The program's own time was before it. */
  timed: boolean;
};

/** The level that a word in a header means. `sure`: no better one can follow. */
export function levelAt(place: Place): { level: LogLevel; sure: boolean } | undefined {
  const { bare } = place;
  if (bare.length === 1) return sure(letterAt(place));
  return (/[./:-]/.test(bare) ? joinedAt(place) : undefined) ?? wordAt(place);
}

/** A level that is joined to a name. */
function joinedAt(place: Place): { level: LogLevel; sure: true } | undefined {
  const { bare } = place;
  const [, sign = '', word = ''] = /([./:-])([A-Za-z]{3,10})$/.exec(bare) ?? [];
  const level = strongLevel(word);
  if (level && isJoined(sign, word, place)) return sure(level);
  const slashed = bare.includes('/') ? /^([A-Za-z]{1,9})\/[\w.$-]{1,60}$/.exec(bare)?.[1] : undefined;
  return slashed ? sure(slashedLevel(slashed, place)) : undefined;
}

function isJoined(sign: string, word: string, { text, end, token, bare, before }: Place): boolean {
  const name = bare.slice(0, -word.length - 1);
  // `01:45:25@513/warn - ` of i2pd.
  if (sign === '/') return before === 'time' && text.startsWith(' - ', end);
  // `azure:orders:error `.
  if (sign === ':')
    return before === 'start' && text[end] === ' ' && /^\w[\w.:-]{0,80}\w$/.test(name) && !name.includes('::');
  // `orders.ERROR: ` of Monolog, `Shop-CRITICAL **: ` of GLib.
  return (
    word === word.toUpperCase() && /^[\w-]{1,40}$/.test(name) && (token.endsWith(':') || text.startsWith(' **', end))
  );
}

function sure(level: LogLevel | undefined): { level: LogLevel; sure: true } | undefined {
  return level && { level, sure: true };
}

function wordAt(place: Place): { level: LogLevel; sure: boolean } | undefined {
  const { text, end, token, bare, before } = place;
  const level = levelOfWord(bare);
  if (level === undefined || text.startsWith('(s)', end)) return undefined;
  const upper = bare === bare.toUpperCase();
  const apart = token !== bare || isApart(place) || (before === 'start' && isBeforeTime(place));
  const strong = strongLevel(bare) !== undefined || bare !== bare.replace(/[+-]\d+$/, '');
  if (!(strong ? isStrong(place, upper, apart) : isWeak(place, upper, apart))) return undefined;
  if (isBad(level) && !isColumn(place, apart) && isHarmless(place, upper && apart)) return undefined;
  return { level, sure: strong || isBad(level) };
}

/** `loud`: in capitals and set apart, so that preceding words cannot negate it. */
function isHarmless({ text, at, bare, timed }: Place, loud: boolean): boolean {
  const end = text.indexOf(bare, at) + bare.length;
  return loud && timed ? isHarmlessBehind(text, end) : isHarmlessWord(text, at, end);
}

function isStrong({ bare, before, prose, timed, wide }: Place, upper: boolean, apart: boolean): boolean {
  if (upper) return timed || prose < 2 || apart;
  if (before === 'time' || (before === 'decimal' && prose === 0)) return true;
  // After a thread, a path or a process nothing but a level is a word of its own.
  const named = before === 'bracket' || before === 'name' || before === 'number';
  if (named && prose === 0 && (timed || before === 'name')) return true;
  // `2026-01-15 09:15:02 shop error …`.
  if (before === 'word' && prose === 1 && timed && isBad(levelOfWord(bare))) return true;
  return apart && (before !== 'word' || wide) && before !== 'number';
}

function isWeak({ before, wide }: Place, upper: boolean, apart: boolean): boolean {
  if (upper && before === 'time') return true;
  return apart && (before !== 'word' || wide) && before !== 'number' && before !== 'name';
}

/** Whether pipes, dashes or columns enclose the word, so that it is a level whatever follows. */
function isColumn({ before, wide, timed }: Place, apart: boolean): boolean {
  return apart && (before === 'pipe' || before === 'dash' || wide) && timed;
}

function isApart({ text, end }: Place): boolean {
  APART.lastIndex = end;
  return APART.test(text);
}

/** `E`, `W!`, after a time or between pipes. */
function letterAt(place: Place): LogLevel | undefined {
  const { text, at, end, token, before, wide, prose, timed } = place;
  const letter = token[0] ?? '';
  // Whole and partial lines in the files of containerd: `… stderr F message`.
  if (/std(?:out|err) $/.test(text.slice(Math.max(0, at - 7), at))) return undefined;
  if (!/^[VTDIWEFC]!?:?$/.test(token) || !/[\s|[]|^$/.test(text[end] ?? '')) return undefined;
  const level = levelOfWord(letter);
  if (token.includes('!') || (before === 'start' && isBeforeTime(place))) return level;
  if (before === 'pipe' || (before === 'dash' && timed)) return isApart(place) ? level : undefined;
  if (wide && isApart(place)) return level;
  if (letter === 'C' && before !== 'time' && before !== 'bracket') return undefined;
  return timed && prose === 0 && before !== 'word' ? level : undefined;
}

/** `E 2026-01-15 …`, `Error [15/Jan/2026:…]`. */
function isBeforeTime({ text, end }: Place): boolean {
  BEFORE_TIME.lastIndex = end;
  return BEFORE_TIME.test(text) && timeEnd(text, BEFORE_TIME.lastIndex) > 0;
}

/** `E/Tag` of logcat, `ERROR/MainProcess`. */
function slashedLevel(word: string, { before }: Place): LogLevel | undefined {
  if (word !== word.toUpperCase()) return undefined;
  if (word.length === 1) return before === 'start' || before === 'time' ? levelOfWord(word) : undefined;
  return strongLevel(word);
}
