import { Box } from 'ink';
import { type Dispatch, useState } from 'react';
import { fit, safe } from '../../lib/text.ts';
import { Lines } from '../../ui/Frame.tsx';
import { Prompt } from '../../ui/prompt/Prompt.tsx';
import { parseFilter } from '../../ui/table/select-rows.ts';
import { useTheme } from '../../ui/theme-context.ts';
import { type ConsoleAction, type ConsoleState, currentScreen, type PromptState } from '../shared/console-state.ts';
import { useServices } from '../shared/services.ts';
import { type Candidate, candidatesFor, completed } from './candidates.ts';
import type { CommandWorld } from './command.ts';

const SIGNS: Readonly<Record<PromptState['kind'], string>> = { command: ':', filter: '/', search: '/' };

export type ConsolePromptProps = {
  prompt: PromptState;
  state: ConsoleState;
  dispatch: Dispatch<ConsoleAction>;
  world: CommandWorld;
  width: number;
  /** Of the whole screen. */
  rows: number;
  onCommand(text: string): void;
};

/** The prompt for commands, for a table's filter (which applies while typing) and for searches in a text. */
export function ConsolePrompt({ prompt, state, dispatch, world, width, rows, onCommand }: ConsolePromptProps) {
  const host = useServices();
  const [before] = useState(currentScreen(state).table.filter);
  const [typed, setTyped] = useState(prompt.initial);
  const filter = (text: string) => dispatch({ type: 'table', action: { type: 'filter', text } });
  const close = () => dispatch({ type: 'prompt' });
  const parsed = parseFilter(currentScreen(state).table.filter);
  const isCommand = prompt.kind === 'command' && prompt.accept === undefined;
  const candidates = isCommand ? candidatesFor(typed, world) : [];
  const [first] = candidates;
  return (
    <>
      <CandidateList candidates={candidates} width={width} rows={rows} />
      <Prompt
        // A question of a command is a new prompt, although it replaces the current one immediately.
        key={`${prompt.kind} ${prompt.sign ?? ''}`}
        sign={prompt.sign ?? SIGNS[prompt.kind]}
        initial={prompt.initial}
        history={state.typed[prompt.kind]}
        width={width}
        completion={first && typed.trim() !== '' ? completed(typed, first) : undefined}
        error={prompt.kind === 'filter' && parsed.kind === 'error' ? parsed.message : ''}
        onChange={(text) => {
          setTyped(text);
          if (prompt.kind === 'filter') filter(text);
          else prompt.change?.(text);
        }}
        onAccept={(text) => {
          close();
          if (text.trim() !== '') {
            dispatch({ type: 'typed', kind: prompt.kind, text });
            // What a question asks for is not kept.
            if (prompt.accept === undefined) host.typed.add(prompt.kind, text);
          }
          if (prompt.kind === 'command' && text.trim() !== '') onCommand(text);
          prompt.accept?.(text);
        }}
        onCancel={() => {
          close();
          if (prompt.kind === 'filter') filter(before);
          prompt.change?.(prompt.initial);
        }}
      />
    </>
  );
}

/** Candidates shown at once, at most. */
const MOST_SHOWN = 8;

/** What could follow, above the prompt: over the lowest rows of the view, but never over more than a third of the screen. */
function CandidateList({ candidates, width, rows }: { candidates: readonly Candidate[]; width: number; rows: number }) {
  const theme = useTheme();
  const room = Math.min(MOST_SHOWN, Math.floor(rows / 3));
  const shown = candidates.slice(0, candidates.length > room ? room - 1 : room);
  if (shown.length === 0) return null;
  const wide = Math.min(30, Math.max(...shown.map(({ word }) => word.length)) + 2);
  const lines = shown.map(
    ({ word, about }) =>
      theme.paint('key', fit(safe(` ${word}`), wide + 1)) + theme.paint('dim', fit(safe(about), width - wide - 1)),
  );
  if (shown.length < candidates.length)
    lines.push(theme.paint('dim', fit(` ${candidates.length - shown.length} more`, width)));
  return (
    <Box position="absolute" marginTop={rows - lines.length - 1}>
      <Lines rows={lines} width={width} height={lines.length} />
    </Box>
  );
}
