import { useState } from 'react';
import { fitStyled, safe } from '../../lib/text.ts';
import { Lines } from '../Frame.tsx';
import { keyGroup } from '../keymap.ts';
import { useTheme } from '../theme-context.ts';
import { useKeys } from '../use-keys.ts';
import { editLine, type LineState, LONGEST_LINE, openLine } from './line-editor.ts';

export const promptKeys = keyGroup('prompt', 'Prompt', {
  cancel: { keys: ['esc'], hint: '', help: 'cancel' },
  accept: { keys: ['enter', 'ctrl-e'], hint: '', help: 'accept' },
  complete: { keys: ['tab', 'right', 'ctrl-f'], hint: '', help: 'accept the suggestion' },
});

export type PromptProps = {
  /** `:` for commands, `/` for filters, or a question. */
  sign: string;
  initial: string;
  history: readonly string[];
  width: number;
  /** The whole line as completed by `tab`; the added part is drawn dimmed after the typed text. */
  completion?: string;
  /** Called on every change, for filters that work while typing. */
  onChange?(text: string): void;
  onAccept(text: string): void;
  onCancel(): void;
  /** An error in the text so far, drawn after it. */
  error?: string;
};

/** A line for input at the bottom of the screen. */
export function Prompt({
  sign,
  initial,
  history,
  width,
  completion,
  onChange,
  onAccept,
  onCancel,
  error = '',
}: PromptProps) {
  const [line, setLine] = useState(() => openLine(initial, history));
  const atEnd = line.cursor === line.text.length;
  const ghost = atEnd && completion?.startsWith(line.text) ? completion.slice(line.text.length) : '';
  const [refused, setRefused] = useState('');
  const put = (next: LineState) => {
    setRefused('');
    setLine(next);
    if (next.text !== line.text) onChange?.(next.text);
  };
  useKeys(
    promptKeys,
    {
      cancel: onCancel,
      accept: () => onAccept(line.text),
      complete: () =>
        atEnd && completion !== undefined && completion !== line.text ? put(openLine(completion, history)) : false,
    },
    {
      layer: 'modal',
      text: (key, text) => {
        const next = editLine(line, key, text);
        put(next);
        if (text.length > 1 && next === line) setRefused(`not pasted: more than ${LONGEST_LINE} characters`);
        return true;
      },
    },
  );
  return <Lines rows={[usePromptRow(sign, line, ghost, refused || error, width)]} width={width} height={1} />;
}

function usePromptRow(sign: string, line: LineState, ghost: string, error: string, width: number): string {
  const theme = useTheme();
  const shown = safe(line.text.slice(0, line.cursor));
  const under = safe(line.text.slice(line.cursor, line.cursor + 1)) || ghost.slice(0, 1) || ' ';
  const rest = safe(line.text.slice(line.cursor + 1)) + theme.paint('dim', ghost.slice(1));
  const note = error === '' ? '' : theme.paint('bad', `  ${safe(error)}`);
  return fitStyled(`${theme.paint('key', sign)}${shown}${theme.paint('cursor', under)}${rest}${note}`, width);
}
