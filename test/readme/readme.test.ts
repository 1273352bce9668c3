import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { allGroups } from '../../source/panes/registry.ts';

/** The README's keys are the program's own: `npm run readme` writes them, every other run compares them. */

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const SECTION = /(<!-- keys: [^\n]*-->\n)([\s\S]*?)(<!-- \/keys -->)/;

function keysInMarkdown(): string {
  const key = (name: string) => (name === '`' ? '`` ` ``' : `\`${name}\``);
  return allGroups
    .map(({ title, bindings }) => {
      const all = Object.values(bindings).map(
        ({ keys, help }) =>
          `${keys.length > 4 ? `${key(keys[0] ?? '')}–${key(keys.at(-1) ?? '')}` : keys.map(key).join(' ')} ${help}`,
      );
      return `**${title}**: ${all.join(' · ')}\n`;
    })
    .join('\n');
}

it('names the keys as they are bound', () => {
  const text = readFileSync(README, 'utf8');
  const wanted = text.replace(
    SECTION,
    (_all, head: string, _old: string, foot: string) => `${head}\n${keysInMarkdown()}\n${foot}`,
  );
  if (process.env.DESKHAND_WRITE_README) writeFileSync(README, wanted);
  else expect(text).toBe(wanted);
  expect(wanted).toContain('**Services, containers**');
});
