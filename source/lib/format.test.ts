import { describe, expect, it } from 'vitest';
import { moment } from './format.ts';

describe('a moment', () => {
  const now = new Date(2026, 10, 20, 9, 0, 0).getTime();
  it('has its date where that is another one than today', () => {
    expect(moment(new Date(2026, 10, 20, 0, 0, 5).getTime(), now)).toBe('00:00:05');
    expect(moment(new Date(2026, 10, 19, 23, 59, 59).getTime(), now)).toBe('2026-11-19 23:59:59');
  });
});
