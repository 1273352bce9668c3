import { wrapAnsi } from 'fast-wrap-ansi';
import { Box } from 'ink';
import { useReducer } from 'react';
import { frameRows, Lines } from '../Frame.tsx';
import { keyGroup } from '../keymap.ts';
import { width as widthOf } from '../text.ts';
import type { Theme, Tone } from '../theme.ts';
import { useTheme } from '../theme-context.ts';
import { useKeys } from '../use-keys.tsx';
import { answer, type DialogState, dialogReducer, initialDialog } from './dialog-state.ts';

export const dialogKeys = keyGroup('dialog', 'Dialogs', {
  focus: {
    keys: ['tab', 'shift-tab', 'left', 'right'],
    hint: 'other button',
    help: 'other button (Cancel has the focus first)',
  },
  accept: { keys: ['enter'], hint: 'press', help: 'press the button' },
  cancel: { keys: ['esc'], hint: 'cancel', help: 'cancel' },
  up: { keys: ['up'], hint: '', help: 'scroll up' },
  down: { keys: ['down'], hint: '', help: 'scroll down' },
  rub: { keys: ['backspace'], hint: '', help: 'delete the last character typed' },
});

export type DialogProps = {
  title: string;
  /** Safe lines of the question; they scroll when they do not fit. */
  lines: readonly { text: string; tone?: Tone }[];
  /** What the confirming button says: "Restart". */
  verb: string;
  /** The name to type, for danger 3 and 4. */
  typed?: string;
  /** Of the whole screen; the dialog places itself in its middle. */
  columns: number;
  rows: number;
  onAnswer(yes: boolean): void;
};

/** Longer lines are hard to read. */
const WIDEST = 100;

/** A dialog over everything. Keys go to it alone. */
export function Dialog({ title, lines: asked, verb, typed, columns, rows, onAnswer }: DialogProps) {
  const theme = useTheme();
  const [state, dispatch] = useReducer(dialogReducer, initialDialog);
  const width = Math.min(
    columns - 4,
    WIDEST,
    Math.max(48, ...asked.map((line) => widthOf(line.text) + 4), widthOf(title) + 6),
  );
  const lines = asked.flatMap((line) =>
    wrapAnsi(line.text, width - 4)
      .split('\n')
      .map((text) => ({ ...line, text })),
  );
  const page = Math.max(1, Math.min(lines.length, rows - 8));
  const scroll = (by: number) => dispatch({ type: 'scroll', by, lines: lines.length, page });
  useKeys(
    dialogKeys,
    {
      focus: () => dispatch({ type: 'focus' }),
      accept: () => {
        const said = answer(state, typed);
        if (said !== 'incomplete') onAnswer(said === 'ok');
      },
      cancel: () => onAnswer(false),
      up: () => scroll(-1),
      down: () => scroll(1),
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
  const inner = [...body(lines, state.top, page, theme), '', foot(state, verb, typed, theme)];
  const height = inner.length + 2;
  const drawn = frameRows(
    { title: ` ${title} `, note: more(lines.length, state.top, page), width, height, focused: true, rows: inner },
    theme,
  );
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

function body(lines: DialogProps['lines'], top: number, page: number, theme: Theme): string[] {
  return lines.slice(top, top + page).map(({ text, tone = 'plain' }) => ` ${theme.paint(tone, text)}`);
}

function more(lines: number, top: number, page: number): string {
  return lines > page ? `${top + page}/${lines} ↑↓` : '';
}

function foot(state: DialogState, verb: string, typed: string | undefined, theme: Theme): string {
  if (typed !== undefined) {
    const right = typed.startsWith(state.typed);
    return ` Type ${theme.paint('title', typed)} to ${verb.toLowerCase()}: ${theme.paint(right ? 'plain' : 'bad', state.typed)}${theme.paint('cursor', ' ')}  ${theme.paint('dim', 'esc cancels')}`;
  }
  const button = (name: 'cancel' | 'ok', text: string) =>
    state.focus === name ? theme.paint('cursor', `> ${text} <`) : `  ${text}  `;
  return ` ${button('cancel', 'Cancel')}   ${button('ok', verb)}`;
}
