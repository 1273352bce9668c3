import { expect, it } from 'vitest';
import { deskOf, service, worldOf } from '../../../test/builders/desk.ts';
import { only } from '../../../test/builders/only.ts';
import { restart } from '../../actions/restart.ts';
import { initialState } from '../../desk/reduce.ts';
import type { FleetHost } from '../../fleet/model.ts';
import { engineId } from '../../lib/ids.ts';
import type { Controls } from '../shared/console-context.ts';
import type { AppServices } from '../shared/services.ts';
import { runCommand } from './run-command.ts';

const host = (name: string, ...services: string[]): FleetHost => ({
  spec: { name: engineId(name), member: true, readonly: false, where: '' },
  state: 'live',
  since: 0,
  deskState: initialState(0, engineId(name)),
  desk: deskOf(services.map((own) => service('exness', own))).desk,
});

/** What a command leads to while three hosts are looked at, some of them marked. */
function ran(text: string, ...marks: string[]): unknown[] {
  const hosts = [host('lon-1', 'engine'), host('lon-2', 'engine'), host('lon-3', 'redis')];
  const done: unknown[] = [];
  runCommand(text, {
    host: only<AppServices>({
      fleet: only<AppServices['fleet']>({ get: () => ({ hosts, revision: 1 }) }),
      settings: only<AppServices['settings']>({ aliases: {} }),
      incident: undefined,
    }),
    controls: only<Controls>({
      open: (view) => void done.push(view),
      planOnHosts: (action, on, words) => void done.push([action, on, words]),
      flash: (_, told) => void done.push(told),
    }),
    dispatch: () => {},
    world: { ...worldOf([]), fleet: { hosts, revision: 1 } },
    suspend: () => {},
    marks: () => marks,
  });
  return done;
}

it('acts on the marked hosts, with the words for the action', () => {
  const on = { service: 'exness/engine', hosts: ['lon-1', 'lon-3'] };
  expect(ran('restart engine', 'lon-1', 'lon-3')).toEqual([[restart, on, []]]);
  expect(ran('restart engine')).toEqual([expect.stringContaining('Mark the hosts first')]);
  expect(ran('restart nothing', 'lon-1')).toEqual([expect.stringContaining('No host has a service "nothing"')]);
});

it('shows the logs of a service on the marked hosts, without marks on all that have it', () => {
  const view = (...hosts: string[]) => ({ kind: 'pane', pane: 'logs', over: { service: 'exness/engine', hosts } });
  expect(ran('logs engine')).toMatchObject([view('lon-1', 'lon-2')]);
  expect(ran('logs exness/engine', 'lon-2')).toMatchObject([view('lon-2')]);
});
