import { describe, expect, it } from 'vitest';
import { exec } from '../../actions/exec.ts';
import { pause } from '../../actions/pause.ts';
import { prune } from '../../actions/prune.ts';
import { scale } from '../../actions/scale.ts';
import { parseCommand, suggestCommand } from './command.ts';
import { parseTime } from './run-command.ts';

describe('commands', () => {
  const world = {
    services: [
      { id: 'compose:exness/redis', name: 'redis', project: 'exness' },
      { id: 'compose:maricusco/redis', name: 'redis', project: 'maricusco' },
      { id: 'container:trading-api', name: 'trading-api' },
    ],
    projects: ['exness', 'maricusco'],
    loaded: true,
  };
  const parse = (text: string) => parseCommand(text, world);

  it('open tables, as k9s reads their arguments', () => {
    expect(parse('ctr')).toEqual({ kind: 'open', view: { kind: 'table', resource: 'containers', scope: {} } });
    expect(parse('svc exness')).toMatchObject({ view: { resource: 'services', scope: { project: 'exness' } } });
    expect(parse('svc /redis')).toMatchObject({ view: { resource: 'services' }, filter: 'redis' });
    expect(parse('svc @prod')).toMatchObject({ view: { resource: 'services', scope: {} }, context: 'prod' });
    expect(parse('x')).toEqual({ kind: 'open', view: { kind: 'page', page: 'xray' } });
    expect(parse('po app=fred')).toMatchObject({ view: { resource: 'containers' }, filter: '-l app=fred' });
  });

  it('open tables of one service, where its rows can be told by service', () => {
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

  it('tell what they do not know', () => {
    expect(parse('nonsense')).toMatchObject({ kind: 'error', message: expect.stringContaining('"nonsense"') });
    expect(parse('project nowhere')).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('exness, maricusco'),
    });
  });

  it('take the name of a project before the engine has told any', () => {
    const early = { services: [], projects: [], loaded: false };
    expect(parseCommand('project exness', early)).toEqual({ kind: 'project', project: 'exness' });
    expect(parseCommand('logs redis', early)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('not listed'),
    });
  });

  it('are suggested while one types', () => {
    expect(suggestCommand('cont', world)).toBe('ainers');
    expect(suggestCommand('project ma', world)).toBe('ricusco');
    expect(suggestCommand('logs trad', world)).toBe('ing-api');
    expect(suggestCommand('tasks trad', world)).toBe('ing-api');
    expect(suggestCommand('tasks ma', world)).toBe('ricusco');
    expect(suggestCommand('img trad', world)).toBe('');
    expect(suggestCommand('zzz', world)).toBe('');
  });

  it('read the time to arm for', () => {
    expect(['', '10m', '90s', '1h', '5', 'off'].map(parseTime)).toEqual([
      600_000, 600_000, 90_000, 3_600_000, 300_000, 0,
    ]);
    expect(['soon', '-1m', '0', '9h'].map(parseTime)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
