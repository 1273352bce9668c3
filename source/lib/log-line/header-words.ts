import { isBad, type LogLevel, levelOfWord, strongLevel } from './level.ts';

/** A level in brackets. `sure`: it cannot be the name of a thread or a component. */
export function levelInside(text: string, timed: boolean): { level: LogLevel; sure: boolean } | undefined {
  const inner = text.trim();
  if (inner === '' || inner.length > 120) return undefined;
  const whole = inner.replace(/^[:*\s]+|[:*!]+$/g, '');
  if (whole.length > 1 || /^[VTDIWEFC]$/.test(whole)) {
    const level = levelOfWord(whole);
    if (level && !COMPONENT.test(whole))
      return { level, sure: whole.length === 1 || strongLevel(whole) !== undefined || isLoud(whole, level) };
  }
  const [letter = ''] = timed ? inner.split(/\s/, 1) : [];
  if (/^[TDIWEF]$/.test(letter)) return sureLevel(letter);
  const joint = jointLevel(inner);
  if (joint) return joint;
  for (const word of inner.split(/[/|#:;,\s]+/, 6)) {
    const level = strongLevel(word);
    const spaced = /\s/.test(inner);
    if (level && (!spaced || timed || word === word.toUpperCase())) return { level, sure: true };
  }
  return undefined;
}

/** `[Shop Error]`, `[orders-error]`, but not `[No Error]` or `[on-error]`. */
function jointLevel(inner: string): { level: LogLevel; sure: boolean } | undefined {
  const [, sign = '', word = ''] = /([ .-])(\w{3,9})$/.exec(inner) ?? [];
  const level = strongLevel(word);
  if (level === undefined) return undefined;
  const name = inner.slice(0, -word.length - 1);
  if (/(?:^|\W)(?:no|non|last|on|any|if|handle)$/i.test(name)) return undefined;
  if (sign === ' ') return /^[A-Z]\w{0,30}$/.test(name) && /^[A-Z][a-z]/.test(word) ? { level, sure: true } : undefined;
  return /^[\w.-]{1,40}$/.test(name) ? { level, sure: isBad(level) } : undefined;
}

/** In lower case these are names of components, though some programs have such levels. */
const COMPONENT = /^(?:system|query|https?|conf|config|context|location|statement|start|log)$/;

function sureLevel(word: string): { level: LogLevel; sure: boolean } | undefined {
  const level = levelOfWord(word);
  return level && { level, sure: true };
}

/** `[ALERT]`, `[FAILED]`: in capitals such a word is never a name. */
function isLoud(word: string, level: LogLevel): boolean {
  return isBad(level) && word.length > 2 && word === word.toUpperCase();
}

/** A logger, a file, a host, a process: not a word of a sentence. */
export function isName(word: string): boolean {
  return /[\d._/:#@$\\-]/.test(word) || /[a-z][A-Z]/.test(word) || word === 'stdout' || word === 'stderr';
}
