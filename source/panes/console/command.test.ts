import { describe, expect, it } from 'vitest';
import { exec } from '../../actions/exec.ts';
import { pause } from '../../actions/pause.ts';
import { prune } from '../../actions/prune.ts';
import { scale } from '../../actions/scale.ts';
import { serviceId } from '../../lib/ids.ts';
import { candidatesFor, completed } from './candidates.ts';
import { parseCommand } from './command.ts';
import { parseTime } from './run-command.ts';

describe('commands', () => {
  const world = {
    services: [
      { id: serviceId('compose:exness/redis'), name: 'redis', project: 'exness' },
      { id: serviceId('compose:maricusco/redis'), name: 'redis', project: 'maricusco' },
      { id: serviceId('container:trading-api'), name: 'trading-api' },
    ],
    projects: ['exness', 'maricusco'],
    contexts: ['prod', 'default'],
    incidents: ['redis-oom'],
    aliases: { rd: 'logs exness/redis', top10: 'svc' },
    loaded: true,
  };
  const parse = (text: string) => parseCommand(text, world);

  it('open tables, as k9s reads their arguments', () => {
    expect(parse('ctr')).toEqual({ kind: 'open', view: { kind: 'table', resource: 'containers', scope: {} } });
    expect(parse('svc exness')).toMatchObject({ view: { resource: 'services', scope: { project: 'exness' } } });
    expect(parse('svc /redis')).toMatchObject({ view: { resource: 'services' }, filter: 'redis' });
    expect(parse('svc @prod')).toMatchObject({ view: { resource: 'services', scope: {} }, context: 'prod' });
    expect(parse('x')).toEqual({ kind: 'open', view: { kind: 'table', resource: 'xray', scope: {} } });
    expect(parse('po app=fred')).toMatchObject({ view: { resource: 'containers' }, filter: '-l app=fred' });
  });

  it('mean all hosts while many are looked at', () => {
    const over = (text: string) => parseCommand(text, { ...world, manyHosts: true });
    expect(over('logs engine')).toEqual({ kind: 'hosts', what: 'logs', name: 'engine', words: [] });
    expect(over('scale exness/engine 3')).toMatchObject({ kind: 'hosts', what: scale, words: ['3'] });
    expect(over('prune images')).toMatchObject({ kind: 'action', action: prune });
    expect(parse('scale exness/engine 3')).toMatchObject({ kind: 'action', action: scale });
  });

  it('open tables of one service, when its rows can be told by service', () => {
    const service = 'compose:exness/redis';
    expect(parse('tasks exness/redis')).toMatchObject({ view: { resource: 'tasks', scope: { service } } });
    expect(parse('ctr exness/redis')).toMatchObject({ view: { resource: 'containers', scope: { service } } });
    expect(parse('tasks exness')).toMatchObject({ view: { resource: 'tasks', scope: { project: 'exness' } } });
    expect(parse('tasks redis')).toMatchObject({ message: expect.stringContaining('is ambiguous') });
    expect(parse('tasks nothing')).toMatchObject({ message: 'There is no project or service "nothing".' });
    expect(parse('img trading-api')).toMatchObject({ message: expect.stringContaining('no project') });
  });

  it('find services by name, and say when a name fits several or none', () => {
    expect(parse('logs trading-api')).toMatchObject({
      view: { kind: 'pane', pane: 'logs', service: 'container:trading-api' },
    });
    expect(parse('logs exness/redis')).toMatchObject({ view: { service: 'compose:exness/redis' } });
    expect(parse('metrics redis')).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('exness/redis, maricusco/redis'),
    });
    expect(parse('health nothing')).toMatchObject({ kind: 'error', message: 'There is no service "nothing".' });
  });

  it('run actions by name', () => {
    expect(parse('pause exness/redis')).toEqual({ kind: 'action', action: pause, name: 'exness/redis', words: [] });
    expect(parse('scale exness/redis 3')).toEqual({
      kind: 'action',
      action: scale,
      name: 'exness/redis',
      words: ['3'],
    });
    expect(parse('exec redis sh -c "a b"')).toMatchObject({ action: exec, name: 'redis', words: ['sh', '-c', 'a b'] });
    expect(parse('stop')).toMatchObject({ kind: 'error' });
    expect(parse('prune volumes')).toEqual({ kind: 'action', action: prune, name: 'volumes', words: [] });
    expect(parse('prune --all')).toMatchObject({ action: prune, name: '', words: ['--all'] });
  });

  it('report what they do not know', () => {
    expect(parse('nonsense')).toMatchObject({ kind: 'error', message: expect.stringContaining('"nonsense"') });
    expect(parse('project nowhere')).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('exness, maricusco'),
    });
  });

  it('take the name of a project before the engine has told any', () => {
    const early = { ...world, services: [], projects: [], loaded: false };
    expect(parseCommand('project exness', early)).toEqual({ kind: 'project', project: 'exness' });
    expect(parseCommand('logs redis', early)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('not listed'),
    });
  });

  it('are completed while one types, also by their parts', () => {
    const first = (text: string) => {
      const [candidate] = candidatesFor(text, world);
      return candidate && completed(text, candidate);
    };
    expect(first('cont')).toBe('containers');
    expect(first('project ma')).toBe('project maricusco');
    expect(first('logs trad')).toBe('logs trading-api');
    expect(first('tasks ma')).toBe('tasks maricusco');
    expect(first('ctx pr')).toBe('ctx prod');
    expect(first('svc @de')).toBe('svc @default');
    expect(first('incident re')).toBe('incident redis-oom');
    expect(first('prune vol')).toBe('prune volumes');
    expect(first('arm ')).toBe('arm 10m');
    expect(first('kill trading-api --sig')).toBe('kill trading-api --signal');
    expect(first('img trad')).toBeUndefined();
    expect(first('zzz')).toBeUndefined();
    const redis = candidatesFor('logs redis', world).map(({ word }) => word);
    expect(redis).toEqual(['exness/redis', 'maricusco/redis']);
  });

  it('are all offered when nothing is typed yet, the aliases of the settings first', () => {
    const words = candidatesFor('', world).map(({ word }) => word);
    expect(words.slice(0, 3)).toEqual(['rd', 'top10', 'svc']);
    expect(words).toEqual(expect.arrayContaining(['restart', 'pulse', 'logs', 'vol', 'q']));
    expect(candidatesFor('rd', world)[0]).toEqual({ word: 'rd', about: 'alias of :logs exness/redis' });
  });

  it('stand for those of the settings', () => {
    expect(parse('rd')).toEqual(parse('logs exness/redis'));
    expect(parse('top10 exness')).toEqual(parse('svc exness'));
  });

  it('suggest what may have been meant, and keep a name that fits several', () => {
    const message = (text: string) => (parse(text) as { message?: string }).message;
    expect(message('servces')).toContain('Did you mean services?');
    expect(message('logs exness/reddis')).toBe('There is no service "exness/reddis". Did you mean exness/redis?');
    expect(message('project exnes')).toBe('There is no project "exnes". Did you mean exness?');
    expect(parse('logs redis')).toMatchObject({ kind: 'error', again: true });
    expect(parse('logs trading')).toMatchObject({
      again: true,
      message: 'No service is named "trading", but trading-api.',
    });
    expect(parse('logs nothing')).not.toHaveProperty('again');
  });

  it('read the time to arm for', () => {
    expect(['', '10m', '90s', '1h', '5', 'off'].map(parseTime)).toEqual([
      600_000, 600_000, 90_000, 3_600_000, 300_000, 0,
    ]);
    expect(['soon', '-1m', '0', '9h'].map(parseTime)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
