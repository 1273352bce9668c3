import { Box } from 'ink';
import type { Clock } from '../../lib/clock.ts';
import { fit, width as widthOf } from '../../lib/text.ts';
import { frameRows, Lines } from '../Frame.tsx';
import { useTheme } from '../theme-context.ts';
import { useKeyOf } from '../use-keys.ts';
import { bodyRows, type DialogLine, footRows, wrapLines } from './dialog-rows.ts';
import { type DialogAsks, initialDialog } from './dialog-state.ts';
import { dialogKeys, useDialog } from './use-dialog.ts';

/** The operator's other decisions: objects excluded from the plan, and the reason (empty if none was given). */
export type DialogAnswer = { excluded: ReadonlySet<string>; reason: string };

export type DialogProps = {
  title: string;
  /** The engine and the danger: one row each, which do not scroll. */
  head?: readonly DialogLine[];
  /** The lines of the question (safe text), objects first; they wrap, and scroll if they do not fit. */
  lines: readonly DialogLine[];
  /** Buttons after Cancel; the first one confirms. */
  buttons: readonly { label: string; press(answer: DialogAnswer): void }[];
  /** Default: Cancel. */
  cancelLabel?: string;
  /** The name to type, for danger 3 and 4. */
  typed?: string;
  /** Whether a reason for the audit log can be given. */
  reason?: boolean;
  /** Of the whole screen; the dialog places itself in its middle. */
  columns: number;
  rows: number;
  /** Currently hidden because the window is too small: the question has to be read again afterwards. */
  hidden?: boolean;
  clock: Clock;
  onCancel(): void;
};

/** Longest line that is easy to read. */
const WIDEST = 100;
/** How many lines of objects (or all) must be visible before anything can be confirmed. */
const SEEN = 3;

/** A dialog over the whole screen, which receives all keys. */
export function Dialog(props: DialogProps) {
  const { title, head = [], buttons, typed, reason = false, hidden = false, columns, rows, clock, onCancel } = props;
  const theme = useTheme();
  const asks: DialogAsks = { buttons: buttons.length, wanted: typed, reason };
  const labels = {
    cancel: props.cancelLabel ?? 'Cancel',
    ...Object.fromEntries(buttons.map(({ label }, index) => [index + 1, label])),
  };
  const width = widthFor(props, Object.values(labels));
  const lines = wrapLines(props.lines, width - 4);
  const foot = { asks, labels, keys: { next: useKeyOf(dialogKeys, 'next'), cancel: useKeyOf(dialogKeys, 'cancel') } };
  const footHeight = footRows(initialDialog(asks), foot, width - 4, theme).length;
  const page = Math.max(0, Math.min(lines.length, rows - 5 - head.length - footHeight));
  const objects = lines.filter(({ object }) => object).length;
  const readable = page >= Math.min(SEEN, objects);
  const state = useDialog({
    asks,
    lines,
    page,
    readable,
    hidden,
    clock,
    onCancel,
    onPress: (button, { excluded, reason: why }) => buttons[button - 1]?.press({ excluded, reason: why.trim() }),
  });
  const hindrance = readable ? undefined : 'The window is too small to show what this does';
  const inner = [
    ...head.map(({ text, tone = 'title' }) => ` ${theme.paint(tone, fit(text, width - 4))}`),
    ...bodyRows(lines, state, page, width - 2, theme),
    ...footRows(state, { ...foot, hindrance }, width - 4, theme),
  ];
  const height = Math.min(rows, inner.length + 2);
  const note =
    lines.length > page ? `${Math.min(lines.length, state.top + page)}/${lines.length}${theme.ascii ? '' : ' ↑↓'}` : '';
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

/** How many cells of a line of the head are visible at most; the rest is cut off. */
export function headRoom(columns: number): number {
  return Math.min(columns - 4, WIDEST) - 4;
}

function widthFor({ title, head = [], lines, columns }: DialogProps, labels: readonly string[]): number {
  const wanted = Math.max(
    56,
    ...lines.map((line) => widthOf(line.text) + 8),
    widthOf(title) + 6,
    ...head.map(({ text }) => widthOf(text) + 4),
    widthOf(labels.join('      ')) + 8,
  );
  return Math.min(columns - 4, WIDEST, wanted);
}
