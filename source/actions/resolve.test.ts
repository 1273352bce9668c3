import { describe, expect, it } from 'vitest';
import { deskOf, service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { containerId, serviceId } from '../lib/ids.ts';
import { targetOf } from './resolve.ts';
import { scale } from './scale.ts';
import { stop } from './stop.ts';

const alone = (name: string) =>
  service('', name, {
    id: serviceId(`container:${name}`),
    kind: 'container',
    project: undefined,
    containers: [container(name, { id: containerId(`id-alone-${name}`) })],
  });
const { desk, state } = deskOf([
  service('chain', 'engine'),
  service('trade', 'engine'),
  service('chain', 'feed', { containers: [container('chain-feed-1', { id: containerId('feed0123456789') })] }),
  alone('engine'),
  alone('chain'),
  alone('solo'),
  service('redis', 'redis', { containers: [container('redis-redis-1')] }),
  service('face', 'dead', { containers: [container('x1', { id: containerId('dead0123456789') })] }),
]);
const find = (text: string, action = stop) => targetOf(action, text, state, desk);

describe('a name', () => {
  it.each([
    ['engine', 'use one of: chain/engine, trade/engine, container:engine'],
    ['chain', 'use one of: container:chain, project:chain'],
  ])('that fits several things is refused with all of them: %s', (text, change) => {
    expect(find(text)).toMatchObject({ refused: expect.stringContaining('is ambiguous'), change });
  });

  it.each([
    ['chain/engine', 'service', 'compose:chain/engine'],
    ['container:engine', 'service', 'container:engine'],
    ['container:chain-feed-1', 'service', 'compose:chain/feed'],
    ['project:chain', 'project', 'chain'],
    ['solo', 'service', 'container:solo'],
    // A project of one service is that service.
    ['redis', 'service', 'compose:redis/redis'],
  ])('means one thing: %s', (text, kind, id) => {
    const target = find(text);
    const isSame = 'kind' in target && target.kind === kind && target.id === id;
    // A container that is all of its service may be found as either.
    expect(isSame || ('kind' in target && target.kind === 'container')).toBe(true);
  });

  it('is the beginning of an id only when nothing is called so', () => {
    expect(find('dead')).toMatchObject({ kind: 'service', id: 'compose:face/dead' });
    expect(find('dead0')).toMatchObject({ kind: 'container', id: 'dead0123456789' });
    expect(find('dea')).toMatchObject({ refused: expect.stringContaining('there is no') });
  });

  it('is looked for among what the action is for', () => {
    expect(targetOf(scale, 'redis', state, desk)).toMatchObject({ kind: 'service', id: 'compose:redis/redis' });
  });
});
