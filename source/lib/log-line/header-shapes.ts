import type { LogLevel } from './level.ts';

/** The parts of a header before the message: separators, signs, words, stamps of well-known programs. All are bounded. */

export const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')', '<': '>', '{': '}' };
export const PIPES = '|│¦⋮┌└├»›→>▶;';
export const DASHES = '-–—';
/** After a separating dash; a dash right before a word belongs to the word. */
export const DASH_END = /^[\s–—>-]?$/;
export const SIGNS: ReadonlyMap<string, LogLevel> = new Map([
  ...[...'❌✖✗✘×⨯✕❗‼☠💀🔴🚨💥🛑⛔🚫'].map((sign) => [sign, 'error'] as const),
  ...[...'⚠🟡'].map((sign) => [sign, 'warn'] as const),
  ...[...'ℹ'].map((sign) => [sign, 'info'] as const),
]);
export const TOKEN = /[^\s|│¦[\](){}<>"'=,;›»→]{1,120}/y;
export const PAIR = /=(?:"(?:[^"\\]|\\.){0,200}"|[^\s"|;]{0,200})/y;
/** What separates a word from the rest: a colon, a pipe, a dash, two blanks, a bracket, the end. */
export const APART = /\s{0,8}(?:::?(?!\w)|[|│¦›»→>⋮;,]|- |-{2}|[[({<]|@\d|$)|\t|\s{2}/y;
export const BEFORE_TIME = /:?[ \t]{1,8}\[?|\[/y;
export const GLUED_NAME = /[\w.-]{1,60}:/y;
export const GLOG = /[IWEF](?:\d{8}|\d{6}|\d{3,4}) \d\d:\d\d:\d\d(?:\.\d{1,9})?/y;
export const GLOG_PLACE = / {1,8}\d{1,12} [^\]\s]{1,200}\] ?/y;
export const REDIS = /^\d{1,10}:[XCSM] $/;
export const REDIS_SIGNS: Readonly<Record<string, LogLevel>> = { '.': 'debug', '-': 'trace', '*': 'info', '#': 'warn' };
