import { resources } from '../../resources/registry.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { TextLine } from '../../ui/text-view/TextView.tsx';
import type { CommandEntry } from '../shared/views.ts';

const KEYS = 22;

/** `?`: all bindings as they are in force, the given groups in their order. */
export function helpLines(groups: readonly KeyGroup[]): TextLine[] {
  return groups.flatMap(({ title, bindings }) => [
    { text: title, tone: 'title' as const },
    ...Object.values(bindings).map(({ keys, help }) => ({
      text: `  ${keyText(keys)}`.padEnd(KEYS) + help,
      label: KEYS,
    })),
    { text: '' },
  ]);
}

function keyText(keys: readonly string[]): string {
  // Ten digits for ten projects are one thing to read.
  return keys.length > 4 && keys.every((key) => /^\d$/.test(key)) ? `${keys[0]}–${keys.at(-1)}` : keys.join(' ');
}

/** `ctrl-a`: all commands with their aliases. */
export function aliasLines(commands: readonly CommandEntry[]): TextLine[] {
  const tables = resources.map(({ title, aliases, byService }) => ({
    names: aliases,
    argument: `[${byService ? 'name' : 'project'}|/filter|label=value|@context]`,
    help: title,
  }));
  return [...commands, ...tables].map(({ names, argument, help }) => ({
    text:
      `:${names[0]} ${argument}`.padEnd(40) +
      `${help}${
        names.length > 1
          ? `  (${names
              .slice(1)
              .map((name) => `:${name}`)
              .join(' ')})`
          : ''
      }`,
    label: 40,
  }));
}
