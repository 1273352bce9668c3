import { expect, it } from 'vitest';
import { compose, container, exited, NOON } from '../../test/builders/facts.ts';
import { Deriver } from '../desk/derive.ts';
import { initialState, reduce } from '../desk/reduce.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { engineId } from '../lib/ids.ts';
import { foldedRows, type Tree } from '../ui/table/tree.ts';
import type { CellContext } from './resource.ts';
import { type XrayNode, xray } from './xray.ts';

function tree(containers: readonly ContainerFacts[], project?: string) {
  const state = reduce(initialState(NOON, engineId('fake')), { type: 'containers', at: NOON, containers });
  const desk = new Deriver().derive(state);
  const world: CellContext = { state, desk, project, glyph: (name) => name };
  const nodes = xray.rows?.({ ...state, desk, project }, {}) ?? [];
  const text = (rows: readonly XrayNode[]) =>
    rows.map((row) => xray.columns.flatMap((column) => (column.hidden ? [] : column.value(row, world))).join('|'));
  const folded = (toggled: readonly string[]) =>
    foldedRows(nodes, xray.tree as Tree<XrayNode>, xray.id, new Set(toggled));
  return { nodes, text, folded, of: (id: string) => nodes.find((node) => node.id === id) as XrayNode };
}

const redis = exited(
  compose('p', 'redis', {
    mounts: [{ type: 'volume', name: 'data', source: '/var/lib/x', target: '/data', writable: true }],
  }),
  1,
);
const all = [
  redis,
  compose('p', 'api', { dependsOn: 'redis:service_healthy:false' }),
  compose('q', 'web'),
  container('alone\u001b[2J'),
];

it('shows what a service is made of, what it needs and who needs it, the worst first', () => {
  const { text, folded } = tree(all, 'p');
  expect(text(folded([]))).toEqual([
    'unfold p|down 1 down: redis: exit 1  2 services, 1 not ok',
    '  unfold redis|down exit 1',
    '      p-redis|exited (1)',
    '      needed by api|ok running',
    '      volume data|/data',
    '      network p-network|',
    expect.stringMatching(/^ {2}fold api\|/),
  ]);
});

it('folds and unfolds branches', () => {
  const { nodes, text, folded } = tree(all, 'p');
  const [project] = nodes;
  expect(text(folded([project?.id ?? '']))).toHaveLength(1);
  const api = nodes.find(({ kind, name }) => kind === 'service' && name === 'api');
  expect(text(folded([api?.id ?? '']))).toContain('      needs redis|service_healthy  down exit 1');
});

it('goes over all projects, those without one at the end, and lets no control sequence through', () => {
  const { nodes, text } = tree(all);
  expect(nodes.filter(({ depth }) => depth === 0).map(({ name }) => name)).toEqual(['p', 'q', 'without a project']);
  expect(text(nodes).join('\n')).not.toContain('\u001b');
});

it('says what can be done with each node', () => {
  const { nodes } = tree(all, 'p');
  const kinds = (of: string) => nodes.find(({ kind }) => kind === of) as XrayNode;
  expect(xray.target?.(kinds('project'))).toEqual({ kind: 'project', id: 'p' });
  expect(xray.target?.(kinds('replica'))?.kind).toBe('container');
  expect(xray.target?.(kinds('needed by'))?.kind).toBe('service');
  expect(xray.target?.(kinds('network'))).toBeUndefined();
  expect(xray.inspect?.(kinds('volume'))).toEqual({ kind: 'volume', id: 'data' });
  expect(xray.enter?.(kinds('volume'))).toMatchObject({ resource: 'files', scope: { volume: 'data' } });
});
