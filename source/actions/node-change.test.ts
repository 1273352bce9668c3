import { describe, expect, it } from 'vitest';
import { planOf } from '../../test/builders/actions.ts';
import { deskOf } from '../../test/builders/desk.ts';
import { node } from '../../test/builders/swarm.ts';
import type { SwarmNode, SwarmService } from '../engine/swarm-facts.ts';
import { engineId } from '../lib/ids.ts';
import type { Action } from './action.ts';
import { pauseNode } from './node-availability.ts';
import { label } from './node-label.ts';
import { demote, promote } from './node-role.ts';
import { stackDeploy, stackRemove } from './stack.ts';

const engine = engineId('fake');

const manager = (hostname: string, over: Partial<SwarmNode> = {}) =>
  node(hostname, { role: 'manager', reachability: 'reachable', ...over });

const plan = (action: Action, id: string, nodes: readonly SwarmNode[], parameters = {}) =>
  planOf(action, deskOf([]), { engine, kind: 'node', id }, { facts: { nodes, tasks: [] }, parameters });

describe('the role of a Swarm node', () => {
  it('says how many losses the managers stand afterwards', () => {
    const made = plan(promote, 'b', [manager('a'), node('b')]);
    expect(made).toMatchObject({ danger: 2, options: { version: 1 }, objects: [{ id: 'id-b', kind: 'node' }] });
    expect(made.warnings[0]).toMatch(/2 managers then: it stands the loss of 0; an even number/);
    expect(plan(promote, 'c', [manager('a'), manager('b'), node('c')]).warnings[0]).toMatch(
      /3 managers .* loss of 1\./,
    );
  });

  it('is kept where the Swarm would lose its managers', () => {
    expect(plan(demote, 'a', [manager('a'), node('b')])).toMatchObject({ refused: 'it is the only manager' });
    const halfDown = [manager('a'), manager('b', { reachability: 'unreachable' }), manager('c')];
    expect(plan(demote, 'a', halfDown).refused).toMatch(/only 1 of the 2 managers that are left answer/);
    expect(plan(demote, 'b', halfDown).danger).toBe(2);
    expect(plan(promote, 'a', halfDown).refused).toBe('it is a manager already');
    expect(plan(promote, 'x', [manager('a'), node('x', { state: 'down' })]).refused).toBe('it is down');
  });
});

it('sets and removes labels of a node, keeping the others', () => {
  const nodes = [node('a', { labels: { disk: 'hdd', zone: 'lon' } })];
  const made = plan(label as Action, 'a', nodes, { labels: ['disk=ssd', 'zone-', 'empty='] });
  expect(JSON.parse(String(made.options?.labels))).toEqual({ disk: 'ssd', empty: '' });
  expect(plan(label as Action, 'a', nodes, { labels: ['zone=lon'] }).refused).toMatch(/already/);
});

it('warns where no other node takes what a paused one does not', () => {
  expect(plan(pauseNode, 'a', [node('a')]).warnings.join()).toMatch(/No other node takes tasks/);
  expect(plan(pauseNode, 'a', [node('a'), node('b')])).toMatchObject({ danger: 1, warnings: [] });
});

describe('a stack', () => {
  const service = (name: string, stack: string) => ({ id: `id-${name}`, name, stack }) as SwarmService;
  const services = [service('shop_web', 'shop'), service('shop_old', 'shop'), service('other_db', 'other')];
  const of = (action: Action, facts: object, parameters = {}) =>
    planOf(action, deskOf([]), { engine, kind: 'stack', id: 'shop' }, { facts, parameters });
  const deploy = (facts: object, parameters = {}) =>
    of(stackDeploy as Action, { manager: true, services, ...facts }, { file: '/srv/shop.yml', ...parameters });

  it('is deployed with what the file changes, creates and leaves', () => {
    const names = ['web', 'api'];
    const made = deploy({ names });
    expect(made.danger).toBe(3);
    expect(made.objects.map(({ name, fresh }) => [name, fresh])).toEqual([
      ['shop_web', undefined],
      ['shop_api', true],
    ]);
    expect(made.warnings.join()).toMatch(/shop_old: they stay/);
    expect(deploy({ names }, { prune: true }).objects.map(({ name }) => name)).toContain('shop_old');
    expect(deploy({ names: { unread: 'no such file' } }).refused).toMatch(/no such file/);
    expect(deploy({ names, services: [] }).danger).toBe(2);
  });

  it('is removed with all its services, and only on a manager', () => {
    const facts = { manager: true, services, networks: [], configs: [], secrets: [] };
    expect(of(stackRemove as Action, facts).objects.map(({ name }) => name)).toEqual(['shop_web', 'shop_old']);
    expect(of(stackRemove as Action, { ...facts, services: [] }).refused).toBe('there is no such stack');
    expect(of(stackRemove as Action, { ...facts, manager: false }).refused).toMatch(/not a Swarm manager/);
  });
});
