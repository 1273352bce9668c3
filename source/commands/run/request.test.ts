import { describe, expect, it } from 'vitest';
import { actionFlagsHelp, parseRun } from './request.ts';

const parse = (text: string, given = {}) => {
  const request = parseRun(text.split(' ').filter(Boolean), given);
  return typeof request === 'string' ? request : { ...request, action: request.action.name };
};

describe('the words after deskhand run', () => {
  it('are an action, its target and its parameters', () => {
    expect(parse('restart exness/redis')).toEqual({ action: 'restart', target: 'exness/redis', parameters: {} });
    expect(parse('scale trading/worker 3')).toMatchObject({
      action: 'scale',
      target: 'trading/worker',
      parameters: { replicas: 3 },
    });
    expect(parse('prune images')).toMatchObject({ action: 'prune', target: 'images', parameters: { all: false } });
    expect(parse('prune images', { all: true })).toMatchObject({ parameters: { all: true, kept: false } });
    expect(parse('remove-volume pgdata')).toMatchObject({ target: 'pgdata' });
    expect(parse('rm api')).toMatchObject({ action: 'remove' });
    expect(parse('kill api')).toMatchObject({ parameters: { signal: 'SIGKILL' } });
  });

  it.each([
    ['kill api', { signal: 'hup' }, 'SIGHUP'],
    ['kill api --signal=usr1', {}, 'SIGUSR1'],
    ['signal api 15', {}, 'SIGTERM'],
    ['signal api', { signal: 'RTMIN+2' }, 'SIGRTMIN+2'],
  ])('%s %o sends %s', (words, given, signal) => {
    expect(parse(words, given)).toMatchObject({ parameters: { signal } });
  });

  it.each([
    ['', /Missing action\. Usage: deskhand run ACTION NAME; actions: restart, /],
    ['restart', /Missing target for restart/],
    ['explode api', /no action "explode"/],
    ['shell api', /needs the console/],
    ['restart a b', 'Unexpected argument "b". Usage: restart NAME.'],
    ['scale a', 'scale needs REPLICAS: how many there should be. Usage: scale NAME REPLICAS.'],
    ['scale a three', 'replicas must be a whole number from 0 to 1000, not "three". Usage: scale NAME REPLICAS.'],
    ['scale a -1', /from 0 to 1000, not "-1"/],
    ['scale a 1001', /from 0 to 1000, not "1001"/],
    ['signal a FOO', /must be a signal such as HUP, USR1 or 15, not "FOO"/],
    ['restart a --signal HUP', 'restart has no option --signal. Usage: restart NAME.'],
  ])('are explained when they make no sense: %s', (words, answer) => {
    expect(parse(words)).toEqual(typeof answer === 'string' ? answer : expect.stringMatching(answer));
  });

  it('take a flag only with the action that has it', () => {
    expect(parse('restart api', { signal: 'HUP' })).toMatch(/restart has no option --signal/);
    expect(parse('kill api', { all: true })).toMatch(/kill has no option --all/);
  });

  it('are explained in the help, flag by flag', () => {
    expect(actionFlagsHelp()).toContain(
      '        --all             prune: images: all unused ones, not only dangling ones',
    );
  });
});
