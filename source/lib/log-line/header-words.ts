import { isBad, type LogLevel, levelOfWord, strongLevel } from './level.ts';

/** A level in brackets. `sure`: it cannot be the name of a thread or a component. */
export function levelInside(text: string, timed: boolean): { level: LogLevel; sure: boolean } | undefined {
  const inner = text.trim();
  if (inner === '' || inner.length > 120) return undefined;
  const whole = inner.replace(/^[:*\s]+|[:*!]+$/g, '');
  if (whole.length > 1 || /^[VTDIWEFC]$/.test(whole)) {
    const level = levelOfWord(whole);
    if (level) return { level, sure: whole.length === 1 || strongLevel(whole) !== undefined || isLoud(whole, level) };
  }
  const [letter = ''] = timed ? inner.split(/\s/, 1) : [];
  if (/^[TDIWEF]$/.test(letter)) return sureLevel(letter);
  // `[Shop Error]`, but not `[No Error]`.
  const named = /^(?!No |Last |On |Any |If )[A-Z]\w{0,30} ([A-Z][a-z]{2,9})$/.exec(inner)?.[1];
  const last = /^(?!.*\b(?:no|non|on|last|if|handle)[-.]\w+$)[\w.]{1,40}[-.](\w{5,9})$/.exec(inner)?.[1];
  const joint = last === undefined ? undefined : strongLevel(last);
  if (joint) return { level: joint, sure: isBad(joint) };
  for (const word of inner.split(/[/|#:;,\s]+/, 6)) {
    const level = strongLevel(word);
    const spaced = /\s/.test(inner);
    if (level && (!spaced || timed || word === named || word === word.toUpperCase())) return { level, sure: true };
  }
  return undefined;
}

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
