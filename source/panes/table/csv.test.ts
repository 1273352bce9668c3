import { expect, it } from 'vitest';
import { worldOf } from '../../../test/builders/desk.ts';
import { container } from '../../../test/builders/facts.ts';
import { containers } from '../../resources/containers.ts';
import { csvOf } from './csv.ts';

it('saves a table as CSV, without formulas for a spreadsheet', () => {
  const world = worldOf([container('=cmd()'), container('a"b,c')]);
  const rows = containers.rows?.({ desk: world.desk, containers: world.state.containers, timeline: [] }, {}) ?? [];
  const csv = csvOf(containers, rows, world, false);
  expect(csv.split('\r\n')[0]).toMatch(/^NAME,STATE,/);
  expect(csv).toContain("'=cmd()");
  expect(csv).toContain('"a""b,c"');
});
