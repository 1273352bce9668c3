import { describe, expect, it } from 'vitest';
import { formOf, layoutColumns } from '../ui/table/columns.ts';
import { containers } from './containers.ts';
import type { AnyResource } from './resource.ts';
import { services } from './services.ts';
import { sortOf, viewOf, viewTrouble, withColumns } from './table-views.ts';

const TABLE: AnyResource = services;
const titles = (table: AnyResource, wide = false) => formOf(table.columns, wide).map(({ title }) => title);

describe('the views of the settings', () => {
  it('choose columns and their order; the others are in the wide form', () => {
    const table = withColumns(TABLE, ['IMAGE', 'name', 'STATUS', 'RST|W', 'PORTS|H']);
    expect(titles(table)).toEqual(['IMAGE', 'NAME', 'STATE']);
    expect(titles(table, true).slice(0, 4)).toEqual(['IMAGE', 'NAME', 'STATE', 'RST']);
    expect(titles(table, true)).toContain('CPU');
    expect(titles(table, true)).not.toContain('PORTS');
  });

  it('keep what was chosen before the reason in full', () => {
    const table = withColumns(TABLE, ['NAME', 'STATE', 'IMAGE', 'UP', 'READY', 'PORTS', 'RST', 'HEALTH']);
    const laid = layoutColumns(table.columns, 120, false, new Map([['state', 90]]));
    expect(laid.map(({ column }) => column.title)).toEqual(titles(table));
  });

  it('show a label as a column, aligned as wanted', () => {
    const table = withColumns(TABLE, ['NAME', 'TEAM:.metadata.labels.com\\.acme\\.team|R']);
    const row = { containers: [{ labels: { 'com.acme.team': 'risk\u001b[2J' } }] };
    const [, column] = table.columns;
    expect([column?.title, column?.align, column?.value(row, {} as never)]).toEqual(['TEAM', 'right', 'risk']);
  });

  it('leave a table alone when no column is known, and sort by what is hidden', () => {
    expect(withColumns(TABLE, ['NOTHING'])).toBe(TABLE);
    expect(withColumns(TABLE, ['NAME', 'CPU|H']).columns.find(({ id }) => id === 'cpu')?.hidden).toBe(true);
  });

  it('are found by the names that k9s has, those of a project first', () => {
    const views = { 'v1/pods': { columns: ['NAME'] }, 'po@prod*': { columns: ['AGE'] } };
    expect(viewOf(views, containers as AnyResource, 'dev')?.columns).toEqual(['NAME']);
    expect(viewOf(views, containers as AnyResource, 'prod-eu')?.columns).toEqual(['AGE']);
    expect(viewOf(views, TABLE, undefined)).toBeUndefined();
  });

  it('sort', () => {
    expect(sortOf({ sortColumn: 'CPU:desc' }, TABLE)).toEqual({ column: 'cpu', descending: true });
    expect(sortOf({ sortColumn: 'NO:asc' }, TABLE)).toBe(TABLE.sort);
    expect(sortOf(undefined, TABLE)).toBe(TABLE.sort);
  });

  it('say what is wrong, and what may have been meant', () => {
    const views = {
      servces: { columns: ['NAME'] },
      svc: { columns: ['STAET', 'NAME|Q', 'X:.labels.y'], sortColumn: 'CPUS:asc' },
      images: { columns: ['T:.labels.x'] },
    };
    expect(viewTrouble(views).map(({ path, text }) => `${path.join('.')}: ${text}`)).toEqual([
      'servces: there is no table "servces". Did you mean services?',
      'svc.columns.0: services has no column "STAET". Did you mean STATE?',
      'svc.columns.1: "NAME|Q" is not a column: write NAME, NAME|W or NAME:.labels.KEY',
      'svc.sortColumn: services has no column "CPUS". Did you mean CPU?',
      'images.columns.0: the rows of images have no labels',
    ]);
  });
});
