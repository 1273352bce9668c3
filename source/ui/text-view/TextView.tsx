import { useReducer } from 'react';
import { Frame } from '../Frame.tsx';
import { keyGroup, motion } from '../keymap.ts';
import type { Theme, Tone } from '../theme.ts';
import { useTheme } from '../theme-context.ts';
import { useKeys } from '../use-keys.ts';
import { initialTextView, matches, type TextViewState, textViewReducer } from './text-view-state.ts';

export const textKeys = keyGroup('text', 'YAML, describe, help', {
  ...motion(),
  left: { keys: ['left', 'h'], hint: '', help: 'scroll left' },
  right: { keys: ['right', 'l'], hint: '', help: 'scroll right' },
  search: { keys: ['/'], hint: 'search', help: 'search' },
  next: { keys: ['n'], hint: 'next', help: 'next match' },
  previous: { keys: ['shift-n'], hint: '', help: 'previous match' },
  copy: { keys: ['c'], hint: 'copy', help: 'copy to the clipboard (OSC 52)' },
  save: { keys: ['ctrl-s'], hint: 'save', help: 'save to a file' },
  refresh: { keys: ['r'], hint: 'live', help: 'toggle live refresh' },
});

/** A line and its painting; `tone` applies to the whole line, `label` to the cells before the value, `spans` to parts of it. */
export type TextLine = {
  text: string;
  tone?: Tone;
  label?: number;
  spans?: readonly { from: number; to: number; tone: Tone }[];
};

export type TextViewProps = {
  title: string;
  note?: string;
  lines: readonly TextLine[];
  width: number;
  height: number;
  /** Asks for the text to search and passes it to the callback. */
  onSearch(accept: (text: string) => void): void;
  onCopy(): void;
  onSave(): void;
  onRefresh?(): void;
};

export function TextView({ title, note, lines, width, height, onSearch, onCopy, onSave, onRefresh }: TextViewProps) {
  const theme = useTheme();
  const [state, dispatch] = useReducer(textViewReducer, initialTextView);
  const page = Math.max(1, height - 2);
  const texts = () => lines.map((line) => line.text);
  const scroll = (by: number) => dispatch({ type: 'scroll', by, lines: lines.length, page });
  useKeys(
    textKeys,
    {
      up: () => scroll(-1),
      down: () => scroll(1),
      pageUp: () => scroll(-page),
      pageDown: () => scroll(page),
      first: () => dispatch({ type: 'to', place: 'first', lines: lines.length, page }),
      last: () => dispatch({ type: 'to', place: 'last', lines: lines.length, page }),
      left: () => dispatch({ type: 'sideways', by: -8 }),
      right: () => dispatch({ type: 'sideways', by: 8 }),
      search: () => onSearch((text) => dispatch({ type: 'search', text, lines: texts(), page })),
      next: () => (state.search === '' ? false : dispatch({ type: 'next', by: 1, lines: texts(), page })),
      previous: () => (state.search === '' ? false : dispatch({ type: 'next', by: -1, lines: texts(), page })),
      copy: onCopy,
      save: onSave,
      refresh: () => onRefresh?.() ?? false,
    },
    { layer: 'view' },
  );
  const top = Math.max(0, Math.min(state.top, lines.length - page));
  const rows = lines.slice(top, top + page).map((line, index) => textRow(line, top + index, state, theme));
  const place = lines.length > page ? `${Math.min(100, Math.round(((top + page) / lines.length) * 100))}%` : '';
  const found = state.search === '' ? '' : state.match === undefined ? `no "${state.search}"` : `/${state.search}`;
  return (
    <Frame
      title={title}
      note={[note, found, place].filter(Boolean).join(' · ')}
      width={width}
      height={height}
      focused
      rows={rows}
    />
  );
}

function textRow(line: TextLine, index: number, state: TextViewState, theme: Theme): string {
  const text = line.text.slice(state.left);
  if (index === state.match) return ` ${theme.paint('cursor', text)}`;
  if (matches(line.text, state.search)) return ` ${theme.paint('mark', text)}`;
  if (line.spans) return ` ${painted(line.text, line.spans, state.left, theme)}`;
  const label = Math.max(0, (line.label ?? 0) - state.left);
  return ` ${theme.paint('info', text.slice(0, label))}${theme.paint(line.tone ?? 'plain', text.slice(label))}`;
}

/** Paints the parts of a text in their tones, from cell `left` on. Each of its characters must be one cell wide. */
function painted(text: string, spans: NonNullable<TextLine['spans']>, left: number, theme: Theme): string {
  let at = left;
  let out = '';
  for (const { from, to, tone } of spans) {
    if (to <= at) continue;
    out += text.slice(at, Math.max(at, from)) + theme.paint(tone, text.slice(Math.max(at, from), to));
    at = to;
  }
  return out + text.slice(at);
}
