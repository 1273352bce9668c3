import { wrapAnsi } from 'fast-wrap-ansi';
import { Box } from 'ink';
import { useReducer } from 'react';
import { fitStyled, width as widthOf } from '../../lib/text.ts';
import { frameRows, Lines } from '../Frame.tsx';
import { keyGroup } from '../keymap.ts';
import type { Theme, Tone } from '../theme.ts';
import { useTheme } from '../theme-context.ts';
import { useKeys } from '../use-keys.tsx';
import { type DialogState, dialogReducer, initialDialog, pressed } from './dialog-state.ts';

export const dialogKeys = keyGroup('dialog', 'Dialogs', {
  next: { keys: ['tab', 'right'], hint: '', help: 'next button (Cancel has the focus first)' },
  previous: { keys: ['shift-tab', 'left'], hint: '', help: 'previous button' },
  accept: { keys: ['enter'], hint: '', help: 'press the button' },
  cancel: { keys: ['esc'], hint: '', help: 'cancel' },
  up: { keys: ['up'], hint: '', help: 'up' },
  down: { keys: ['down'], hint: '', help: 'down' },
  pageUp: { keys: ['pgup'], hint: '', help: 'page up' },
  pageDown: { keys: ['pgdn'], hint: '', help: 'page down' },
  toggle: { keys: ['space'], hint: '', help: 'take the object out of the plan, and back (prune)' },
  rub: { keys: ['backspace'], hint: '', help: 'delete the last character typed' },
});

/** A line of the question; one with an `id` can be taken out with space. */
export type DialogLine = { text: string; tone?: Tone; id?: string };

export type DialogProps = {
  title: string;
  /** Safe lines of the question; they wrap, and scroll when they do not fit. */
  lines: readonly DialogLine[];
  /** Behind Cancel; the first one confirms. */
  buttons: readonly { label: string; press(excluded: ReadonlySet<string>): void }[];
  /** The name to type, for danger 3 and 4. */
  typed?: string;
  /** Of the whole screen; the dialog places itself in its middle. */
  columns: number;
  rows: number;
  onCancel(): void;
};

/** Longer lines are hard to read. */
const WIDEST = 100;

/** A dialog over everything. Keys go to it alone. */
export function Dialog({ title, lines: asked, buttons, typed, columns, rows, onCancel }: DialogProps) {
  const theme = useTheme();
  const labels = typed === undefined ? ['Cancel', ...buttons.map(({ label }) => label)] : otherWays(buttons);
  const width = Math.min(
    columns - 4,
    WIDEST,
    Math.max(
      48,
      ...asked.map((line) => widthOf(line.text) + 8),
      widthOf(title) + 6,
      widthOf(labels.join('      ')) + 8,
    ),
  );
  const lines = wrapped(asked, width - 4);
  const [state, dispatch] = useReducer(dialogReducer, initialDialog, (initial) => ({
    ...initial,
    item: Math.max(
      0,
      lines.findIndex(({ id }) => id !== undefined),
    ),
  }));
  const footer = foot(state, labels, typed, width - 8, theme);
  const page = Math.max(1, Math.min(lines.length, rows - 7 - footer.length));
  const move = (by: number) => dispatch({ type: 'move', by, lines: lines.length, page });
  const line = lines[state.item];
  useKeys(
    dialogKeys,
    {
      next: () => dispatch({ type: 'focus', by: 1, buttons: labels.length }),
      previous: () => dispatch({ type: 'focus', by: -1, buttons: labels.length }),
      accept: () => {
        const button = pressed(state, typed);
        if (button === 0) onCancel();
        else if (button !== undefined) buttons[button - 1]?.press(state.excluded);
      },
      cancel: onCancel,
      up: () => move(stepFrom(lines, state.item, -1)),
      down: () => move(stepFrom(lines, state.item, 1)),
      pageUp: () => move(-page),
      pageDown: () => move(page),
      // Once a name is being typed, a space is a part of it; none begins with one.
      toggle() {
        if (state.typed !== '') return false;
        if (line?.id !== undefined) dispatch({ type: 'toggle', id: line.id });
        return true;
      },
      rub: () => dispatch({ type: 'rub' }),
    },
    {
      layer: 'modal',
      text: (_key, text) => {
        if (typed !== undefined && text !== '') dispatch({ type: 'type', text });
        return true;
      },
    },
  );
  const inner = [...body(lines, state, page, width - 2, theme), '', ...footer];
  const height = inner.length + 2;
  const note = lines.length > page ? `${Math.min(lines.length, state.top + page)}/${lines.length} ↑↓` : '';
  const drawn = frameRows({ title: ` ${title} `, note, width, height, focused: true, rows: inner }, theme);
  return (
    <Box
      position="absolute"
      marginLeft={Math.floor((columns - width) / 2)}
      marginTop={Math.max(0, Math.floor((rows - height) / 2))}
    >
      <Lines rows={drawn} width={width} height={height} />
    </Box>
  );
}

/** From one object to the next where there are some; else line by line. */
function stepFrom(lines: readonly DialogLine[], from: number, by: 1 | -1): number {
  for (let at = from + by; at >= 0 && at < lines.length; at += by) if (lines[at]?.id !== undefined) return at - from;
  return by;
}

/** Only the first line of a wrapped one keeps the id: an object is one thing to take out. */
function wrapped(lines: readonly DialogLine[], cells: number): DialogLine[] {
  return lines.flatMap((line) => {
    const room = line.id === undefined ? cells : cells - 4;
    return wrapAnsi(line.text, room)
      .split('\n')
      .map((text, index) => ({
        tone: line.tone,
        text: index > 0 && line.id !== undefined ? `    ${text}` : text,
        id: index === 0 ? line.id : undefined,
      }));
  });
}

function body(lines: readonly DialogLine[], state: DialogState, page: number, width: number, theme: Theme): string[] {
  const choosing = lines.some(({ id }) => id !== undefined);
  return lines.slice(state.top, state.top + page).map(({ text, tone = 'plain', id }, index) => {
    const box = id === undefined ? '' : state.excluded.has(id) ? '[ ] ' : '[x] ';
    const row = fitStyled(
      ` ${box}${theme.paint(id !== undefined && state.excluded.has(id) ? 'dim' : tone, text)}`,
      width,
    );
    return choosing && state.top + index === state.item ? theme.paint('cursor', row) : row;
  });
}

/** Behind the name that is typed: the buttons that lead elsewhere. */
function otherWays(buttons: DialogProps['buttons']): string[] {
  return ['', ...buttons.slice(1).map(({ label }) => label)];
}

function foot(
  state: DialogState,
  labels: readonly string[],
  typed: string | undefined,
  cells: number,
  theme: Theme,
): string[] {
  const button = (label: string, index: number) =>
    state.focus === index ? theme.paint('cursor', `> ${label} <`) : `  ${label}  `;
  if (typed === undefined) return [` ${labels.map(button).join('  ')}`];
  const right = typed.startsWith(state.typed);
  const cursor = theme.paint('cursor', ' ');
  return [
    ` Type ${theme.paint('title', typed)} and press enter; ${theme.paint('dim', 'esc cancels')}`,
    ` > ${theme.paint(right ? 'plain' : 'bad', state.typed.slice(-cells))}${state.focus === 0 ? cursor : ''}`,
    ...(labels.length > 1
      ? [
          ` ${theme.paint('dim', 'or tab to')}${labels.map((label, index) => (index > 0 ? button(label, index) : '')).join('  ')}`,
        ]
      : []),
  ];
}
