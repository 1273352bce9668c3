import { Box, Text } from 'ink';
import { createElement, memo } from 'react';
import { fit, fitStyled, printable, width as widthOf } from '../lib/text.ts';
import { asciiRow } from './ascii.ts';
import type { Theme } from './theme.ts';
import { useTheme } from './theme-context.ts';

export type FrameProps = {
  /** Plain text, already safe; drawn into the upper border as k9s does: ` Services(all)[12] `. */
  title: string;
  /** At the right of the upper border: filter, toggles, age. */
  note?: string;
  /** Outer size in cells, borders included. */
  width: number;
  height: number;
  focused?: boolean;
  /** Inner rows, styled; each is cut or padded to the inner width. Missing rows are blank. */
  rows: readonly string[];
};

/** A bordered pane, drawn as one string per row, which is the cheapest for Ink. */
export function Frame({ title, note = '', width, height, focused = false, rows }: FrameProps) {
  const theme = useTheme();
  return <Lines rows={frameRows({ title, note, width, height, focused, rows }, theme)} width={width} height={height} />;
}

/** The rows of a frame, for drawing them elsewhere. */
export function frameRows(props: Required<FrameProps>, theme: Theme): string[] {
  const { title, note, width, height, focused, rows } = props;
  const { tl, tr, bl, br, h, v } = theme.box;
  const line = (text: string) => theme.paint(focused ? 'focus' : 'border', text);
  const inner = Math.max(0, width - 2);
  const head = fit(title, Math.min(widthOf(title), inner));
  const room = inner - widthOf(head);
  const tail = note === '' || room < 3 ? '' : fit(` ${note} `, Math.min(widthOf(note) + 2, room));
  const top =
    line(tl) +
    theme.paint(focused ? 'title' : 'plain', head) +
    line(h.repeat(room - widthOf(tail))) +
    theme.paint('dim', tail) +
    line(tr);
  const side = line(v);
  const body = Array.from(
    { length: Math.max(0, height - 2) },
    (_, index) => side + fitStyled(rows[index] ?? '', inner) + side,
  );
  return [top, ...body, line(bl + h.repeat(inner) + br)].slice(0, height);
}

/** Rows of pre-formatted text in a box of fixed size. A row is identified by its position on the screen. */
export function Lines({ rows, width, height }: { rows: readonly string[]; width: number; height: number }) {
  return createElement(
    Box,
    { width, height, flexDirection: 'column', flexShrink: 0 },
    ...rows.slice(0, height).map(useTheme().ascii ? drawAsciiRow : drawRow),
  );
}

const drawRow = (text: string) => createElement(Row, { text, ascii: false });
const drawAsciiRow = (text: string) => createElement(Row, { text, ascii: true });

/** Most rows of a new frame are unchanged: those cost a comparison, not a new `Text`. */
const Row = memo(({ text, ascii }: { text: string; ascii: boolean }) => (
  <Text wrap="truncate">{ascii ? asciiRow(rowText(text)) : rowText(text)}</Text>
));

/** The last check before the terminal: a row stays one row, whatever its content. */
function rowText(text: string): string {
  return text === '' ? ' ' : printable(text).replace(/[\t\r\n]+/g, ' ');
}
