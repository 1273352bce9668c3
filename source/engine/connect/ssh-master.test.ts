import { describe, expect, it } from 'vitest';
import { loginSeconds } from './ssh-master.ts';

describe('the time limit of a login', () => {
  it('is long for the first one, and short for those that follow a quick one', () => {
    expect(loginSeconds(undefined)).toBe(30);
    expect(loginSeconds(300)).toBe(3);
    expect(loginSeconds(5000)).toBe(10);
    expect(loginSeconds(60_000)).toBe(30);
  });
});
