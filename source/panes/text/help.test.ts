import { expect, it } from 'vitest';
import { serviceId } from '../../lib/ids.ts';
import { width as widthOf } from '../../lib/text.ts';
import { groupsOf, helpGroups } from '../console/view-facts.ts';
import { allGroups } from '../registry.ts';
import { helpLines } from './help.ts';

/** No binding was changed by the settings. */
const UNCHANGED = { bound: new Map(allGroups.map((group) => [group.name, group])), readonly: false };

it('helps with every key of every group', () => {
  const groups = groupsOf({ kind: 'desk' }, 'services', UNCHANGED);
  const text = helpLines(groups, 38)
    .map((line) => line.text.trim())
    .join(' ')
    .replaceAll(/ +/g, ' ');
  for (const { help } of groups.flatMap(({ bindings }) => Object.values(bindings))) expect(text).toContain(help);
});

it('begins with the current view, in as many columns as there is room for', () => {
  const groups = helpGroups({ kind: 'pane', pane: 'metrics', service: serviceId('x') }, 'services', UNCHANGED);
  expect(groups[0]?.name).toBe('metrics');
  expect(groups.map(({ name }) => name).sort()).toEqual(allGroups.map(({ name }) => name).sort());
  for (const [width, columns] of [
    [56, 1],
    [76, 1],
    [78, 2],
    [116, 2],
    [118, 3],
    [158, 4],
  ] as const) {
    const lines = helpLines(groups, width);
    for (const { text } of lines) expect(widthOf(text)).toBeLessThanOrEqual(width);
    expect(new Set(lines.flatMap(({ spans = [] }) => spans.map(({ from }) => from))).size).toBe(columns);
  }
});

it('leaves out what a read-only console forbids', () => {
  const ids = (readonly: boolean) =>
    helpGroups({ kind: 'desk' }, 'services', { ...UNCHANGED, readonly }).flatMap(({ bindings }) =>
      Object.values(bindings),
    );
  expect(ids(false).some(({ mutates }) => mutates)).toBe(true);
  expect(ids(true).some(({ mutates }) => mutates)).toBe(false);
});
