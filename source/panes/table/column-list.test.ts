import { expect, it } from 'vitest';
import type { AnyResource } from '../../resources/resource.ts';
import { services } from '../../resources/services.ts';
import { chosen, columnItems, moved, toggled } from './column-list.ts';

const TABLE: AnyResource = services;

it('lists the shown columns in their order, then the others', () => {
  const items = columnItems(TABLE, ['STATE', 'NAME|R', 'T:.labels.x']);
  expect(items.slice(0, 4).map(({ spec, on }) => [spec, on])).toEqual([
    ['STATE', true],
    ['NAME|R', true],
    ['T:.labels.x', true],
    ['READY', false],
  ]);
});

it('shows, hides and moves columns, but never hides the last one', () => {
  const items = columnItems(TABLE, ['STATE', 'NAME']);
  expect(chosen(toggled(items, 0))).toEqual(['NAME']);
  expect(chosen(toggled(toggled(items, 0), 1))).toEqual(['NAME']);
  expect(chosen(toggled(items, 2))).toEqual(['STATE', 'NAME', 'READY']);
  expect(chosen(moved(items, 0, 1))).toEqual(['NAME', 'STATE']);
  expect(moved(items, 0, -1)).toBe(items);
});
