import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { SignalName } from './signals.ts';

describe('a signal', () => {
  it.each([
    ['hup', 'SIGHUP'],
    ['SIGHUP', 'SIGHUP'],
    ['1', 'SIGHUP'],
    ['9', 'SIGKILL'],
    ['kill', 'SIGKILL'],
    ['IOT', 'SIGABRT'],
    ['34', 'SIGRTMIN'],
    ['RTMIN+3', 'SIGRTMIN+3'],
    ['SIGRTMAX-1', 'SIGRTMIN+29'],
    ['64', 'SIGRTMIN+30'],
  ])('%s is %s', (given, name) => {
    expect(v.parse(SignalName, given)).toBe(name);
  });

  it.each(['', '0', '32', '65', 'RTMIN+31', 'FOO', '-9', '1e1'])('%s is none', (given) => {
    expect(v.safeParse(SignalName, given).success).toBe(false);
  });
});
