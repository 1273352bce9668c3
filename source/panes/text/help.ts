import { fit, width as widthOf, wrap } from '../../lib/text.ts';
import { resources } from '../../resources/registry.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { TextLine } from '../../ui/text-view/TextView.tsx';
import type { CommandEntry } from '../shared/views.ts';

/** Cells for keys, and the least that a column of keys and words needs to be read. */
const KEYS = 14;
const COLUMN = 38;
const GAP = 2;

/** `?`: all bindings as they are bound now, the given groups in their order, in as many columns as `width` has room for. */
export function helpLines(groups: readonly KeyGroup[], width: number): TextLine[] {
  const columns = Math.max(1, Math.floor((width + GAP) / (COLUMN + GAP)));
  const cells = Math.floor((width + GAP) / columns) - GAP;
  const blocks = groups.filter(({ bindings }) => Object.keys(bindings).length > 0).map((group) => block(group, cells));
  return beside(split(blocks, columns), cells);
}

type Entry = { text: string; title?: true };

function block({ title, bindings }: KeyGroup, cells: number): Entry[] {
  return [
    { text: fit(title, cells), title: true },
    ...Object.values(bindings)
      .filter(({ keys }) => keys.length > 0)
      .flatMap((binding) => entry(keyText(binding.keys), binding.help, cells)),
    { text: '' },
  ];
}

/** The keys on the left, the words wrapped beside them; keys that are too long stand above. */
function entry(keys: string, help: string, cells: number): Entry[] {
  const words = wrap(help, cells - KEYS - 1).map((text) => ' '.repeat(KEYS) + text);
  if (widthOf(keys) > KEYS - 2) return [{ text: ` ${keys}` }, ...words.map((text) => ({ text }))];
  return words.map((text, index) => ({ text: index === 0 ? ` ${keys}`.padEnd(KEYS) + text.slice(KEYS) : text }));
}

/** Blocks one after the other in columns that are as equal as may be; a block is not torn where it fits into the next one. */
function split(blocks: readonly (readonly Entry[])[], columns: number): Entry[][] {
  const all = blocks.flat();
  const height = Math.ceil(all.length / columns);
  const made: Entry[][] = [[]];
  for (const entries of blocks) {
    for (const [index, one] of entries.entries()) {
      const last = made.at(-1) ?? [];
      const startsTooLow = index === 0 && last.length + 3 > height;
      if (made.length < columns && (last.length >= height || startsTooLow)) made.push([one]);
      else last.push(one);
    }
  }
  return made;
}

function beside(columns: readonly (readonly Entry[])[], cells: number): TextLine[] {
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) => {
    const entries = columns.map((column) => column[row] ?? { text: '' });
    const spans = entries.flatMap((one, index): NonNullable<TextLine['spans']> => {
      const from = index * (cells + GAP);
      if (one.text === '') return [];
      return [one.title ? { from, to: from + cells, tone: 'title' } : { from, to: from + KEYS, tone: 'info' }];
    });
    return {
      text: entries
        .map(({ text }) => fit(text, cells))
        .join(' '.repeat(GAP))
        .trimEnd(),
      spans,
    };
  });
}

function keyText(keys: readonly string[]): string {
  // Ten digits for ten projects are one thing to read.
  return keys.length > 4 && keys.every((key) => /^\d$/.test(key)) ? `${keys[0]}-${keys.at(-1)}` : keys.join(' ');
}

/** `ctrl-a`: all commands with their aliases. */
export function aliasLines(commands: readonly CommandEntry[]): TextLine[] {
  const tables = resources.map(({ title, aliases, byService }) => ({
    names: aliases,
    argument: `[${byService ? 'name' : 'project'}|/filter|label=value|@context]`,
    help: title,
  }));
  return [...commands, ...tables].map(({ names: [name, ...others], argument, help }) => {
    const usage = `:${name} ${argument}`.padEnd(40);
    const also = others.length > 0 ? `  (${others.map((one) => `:${one}`).join(' ')})` : '';
    return { text: `${usage}${usage.endsWith(' ') ? '' : '  '}${help}${also}`, label: 40 };
  });
}
