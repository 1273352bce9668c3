import { describe, expect, it } from 'vitest';
import { NOON } from '../../test/incidents/facts.ts';
import { exness } from '../../test/incidents/stacks.ts';
import { Deriver } from '../desk/derive.ts';
import { initialState, reduceAll } from '../desk/reduce.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { selectRows } from '../ui/table/select-rows.ts';
import type { World } from './resource.ts';
import { services } from './services.ts';

function shown(all: readonly ContainerFacts[]): string[] {
  const state = reduceAll(initialState(NOON), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'containers', at: NOON, containers: all },
  ]);
  const desk = new Deriver().derive(state);
  const world: World = { state, desk, glyph: () => '' };
  const table = { filter: '', faults: false, sort: services.sort };
  return selectRows(desk.services, services, table, world).map(({ name }) => name);
}

describe('the services', () => {
  it('put the one cause on top of what it keeps from starting, whatever its name', () => {
    const { 'db-migrate': migrate, ...rest } = exness();
    const waiting = ['backend', 'engine', 'dbstorage', 'prisma-studio', 'web'];
    const all = Object.entries(rest).map(([name, facts]) =>
      waiting.includes(name)
        ? { ...facts, state: 'created' as const, exitCode: 0, detail: { ...facts.detail, startedAt: undefined } }
        : facts,
    );
    const failed = migrate && { ...migrate, exitCode: 1 };
    const [first, ...others] = shown([...all, ...(failed ? [failed] : [])] as ContainerFacts[]);
    expect(first).toBe('db-migrate');
    expect(others.slice(0, waiting.length)).toEqual([...waiting].sort());
  });
});
