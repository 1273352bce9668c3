import { expect, it } from 'vitest';
import type { KeyGroup } from '../../ui/keymap.ts';
import { groupsOf } from '../console/view-facts.ts';
import { helpLines } from './help.ts';

/** No binding was changed by the settings. */
const UNCHANGED: ReadonlyMap<string, KeyGroup> = new Map();

it('helps with every key of every group', () => {
  const groups = groupsOf({ kind: 'desk' }, 'services', UNCHANGED);
  const text = helpLines(groups)
    .map((line) => line.text)
    .join('\n');
  for (const { help } of groups.flatMap(({ bindings }) => Object.values(bindings))) expect(text).toContain(help);
});
