import { createHash } from 'node:crypto';

/** Reproducible randomness: the same seed gives the same simulation, whatever is requested and in whatever order. */

export type Random = () => number;

/** A 32-bit hash of strings and numbers (FNV-1a with a final mix). */
export function hash(...parts: readonly (string | number)[]): number {
  let value = 0x811c9dc5;
  for (const part of parts) {
    const text = `${part}|`;
    for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** A sequence of numbers in [0, 1), determined by these strings and numbers (mulberry32). */
export function random(...parts: readonly (string | number)[]): Random {
  let state = hash(...parts);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(chance: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(chance() * choices.length)] ?? choices[0];
}

export function between(chance: Random, low: number, high: number): number {
  return low + chance() * (high - low);
}

/** Integer in low…high, both included. */
export function whole(chance: Random, low: number, high: number): number {
  return Math.floor(between(chance, low, high + 1));
}

/** 64 hexadecimal digits, like Docker's ids. */
export function hexId(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('|')).digest('hex');
}
