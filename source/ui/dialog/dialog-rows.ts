import { fitStyled, width as widthOf, wrap } from '../../lib/text.ts';
import type { Theme, Tone } from '../theme.ts';
import { type DialogAsks, type DialogState, type Place, places } from './dialog-state.ts';

/** A line of the question; one with an `id` can be excluded with space, `object`: it will be affected. */
export type DialogLine = { text: string; tone?: Tone; id?: string; object?: true };

/** Only the first line of a wrapped one keeps the id: an object is one item. */
export function wrapLines(lines: readonly DialogLine[], cells: number): DialogLine[] {
  return lines.flatMap((line) => {
    const room = line.id === undefined ? cells : cells - 4;
    return wrap(line.text, room).map((text, index) => ({
      ...line,
      text: index > 0 && line.id !== undefined ? `    ${text}` : text,
      id: index === 0 ? line.id : undefined,
    }));
  });
}

/** The visible lines, and under them what is not visible. */
export function bodyRows(
  lines: readonly DialogLine[],
  { top, item, excluded }: DialogState,
  page: number,
  width: number,
  theme: Theme,
): string[] {
  const choosing = lines.some(({ id }) => id !== undefined);
  const rows = lines.slice(top, top + page).map(({ text, tone = 'plain', id }, index) => {
    const out = id !== undefined && excluded.has(id);
    const box = id === undefined ? '' : out ? '[ ] ' : '[x] ';
    const row = fitStyled(` ${box}${theme.paint(out ? 'dim' : tone, text)}`, width);
    return choosing && top + index === item ? theme.paint('cursor', row) : row;
  });
  const notes = [moreText(lines.slice(top + page), theme), excluded.size > 0 ? `${excluded.size} taken out` : ''];
  return [...rows, theme.paint('dim', ` ${notes.filter(Boolean).join('; ')}`)];
}

function moreText(below: readonly DialogLine[], { ascii }: Theme): string {
  if (below.length === 0) return '';
  const warnings = below.filter(({ tone }) => tone === 'warn' || tone === 'bad').length;
  const what = warnings > 0 ? `, ${warnings} of them warnings` : '';
  return `${ascii ? 'v' : '↓'} ${below.length} more ${below.length === 1 ? 'line' : 'lines'}${what}`;
}

export type Foot = {
  asks: DialogAsks;
  labels: Readonly<Record<'cancel' | number, string>>;
  /** The bound keys. */
  keys: { next: string; cancel: string };
  /** Why it cannot be confirmed yet. */
  hindrance?: string;
};

/** Buttons, or the name to type, and the reason. They take the same number of rows before and after the dialog accepts keys. */
export function footRows(state: DialogState, foot: Foot, cells: number, theme: Theme): string[] {
  const { asks, keys, hindrance } = foot;
  const rows = asks.wanted === undefined ? buttonRows(state, foot, cells, theme) : nameRows(state, foot, cells, theme);
  const shown = [...rows, ...(asks.reason ? [reasonRow(state, keys, cells, theme)] : [])];
  const instead = (text: string) => [` ${text}`, ...shown.slice(1).map(() => '')];
  if (hindrance !== undefined) return instead(theme.paint('bad', hindrance));
  if (state.armed) return shown;
  return instead(theme.paint('dim', `Read it first: keys count in a moment; ${keys.cancel} cancels`));
}

function buttonRows(state: DialogState, { asks, labels }: Foot, cells: number, theme: Theme): string[] {
  const buttons = places(asks).filter((place) => place === 'cancel' || typeof place === 'number');
  return packed(buttons, state, labels, cells, theme);
}

/** Buttons side by side, on as many rows as they need. */
function packed(
  shown: readonly Place[],
  { focus }: DialogState,
  labels: Foot['labels'],
  cells: number,
  theme: Theme,
): string[] {
  const rows: string[] = [];
  let row = '';
  for (const place of shown) {
    if (place === 'name' || place === 'reason') continue;
    const label = labels[place] ?? '';
    const button = focus === place ? theme.paint('cursor', `> ${label} <`) : `  ${label}  `;
    if (row !== '' && widthOf(row) + widthOf(button) + 2 > cells) {
      rows.push(row);
      row = '';
    }
    row += row === '' ? ` ${button}` : `  ${button}`;
  }
  return row === '' ? rows : [...rows, row];
}

function nameRows(state: DialogState, { asks, labels, keys }: Foot, cells: number, theme: Theme): string[] {
  const { wanted = '' } = asks;
  const { typed, focus, wrong } = state;
  const others = places(asks).filter((place) => typeof place === 'number');
  const shown = typed.slice(-(cells - 4));
  const right = wanted.startsWith(typed);
  const ask = wrong
    ? theme.paint('bad', `"${shown}" is not "${wanted}"`)
    : `Type ${theme.paint('title', wanted)} and press enter; ${theme.paint('dim', `${keys.cancel} cancels`)}`;
  const [first, ...more] = packed(others, state, labels, cells - 12, theme);
  return [
    ` ${ask}`,
    ` > ${theme.paint(right ? 'plain' : 'bad', shown)}${focus === 'name' ? theme.paint('cursor', ' ') : ''}`,
    ...(first === undefined ? [] : [` ${theme.paint('dim', `or ${keys.next} to`)}${first}`, ...more]),
  ];
}

function reasonRow({ reason, focus }: DialogState, keys: Foot['keys'], cells: number, theme: Theme): string {
  const label = 'Reason for the audit log:';
  if (focus === 'reason') {
    const room = Math.max(1, cells - widthOf(label) - 4);
    return ` ${label} ${reason.slice(-room)}${theme.paint('cursor', ' ')}`;
  }
  return ` ${theme.paint('dim', `${label} ${reason === '' ? `none (${keys.next})` : reason}`)}`;
}
