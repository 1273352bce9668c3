import { describe, expect, it } from 'vitest';
import { loginPatience } from './ssh-master.ts';

describe('the timeout of a login', () => {
  it('is long for the first one, and short after a quick one', () => {
    expect(loginPatience(undefined)).toBe(30);
    expect(loginPatience(300)).toBe(3);
    expect(loginPatience(5000)).toBe(10);
    expect(loginPatience(60_000)).toBe(30);
  });
});
