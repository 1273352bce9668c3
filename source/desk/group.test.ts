import { expect, it } from 'vitest';
import { container } from '../../test/builders/facts.ts';
import { Grouping } from './group.ts';

it('re-evaluates only changes other than the age in the status text', () => {
  const grouping = new Grouping();
  const web = container('web', { status: 'Up 3 seconds' });
  const update = (facts: typeof web) => [...grouping.update(new Map([[facts.id, facts]]), []).touched];
  expect(update(web)).toHaveLength(1);
  expect(update({ ...web, status: 'Up 5 hours' })).toEqual([]);
  expect(update({ ...web, status: 'Up 5 hours (Paused)', state: 'paused' })).toHaveLength(1);
  expect(update({ ...web, status: 'Up 6 hours (Paused)', health: 'unhealthy' })).toHaveLength(1);
});
