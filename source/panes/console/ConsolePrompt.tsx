import { type Dispatch, useState } from 'react';
import { Prompt } from '../../ui/prompt/Prompt.tsx';
import { parseFilter } from '../../ui/table/select-rows.ts';
import { type ConsoleAction, type ConsoleState, currentScreen, type PromptState } from '../shared/console-state.ts';
import { type CommandWorld, suggestCommand } from './command.ts';

const SIGNS: Readonly<Record<PromptState['kind'], string>> = { command: ':', filter: '/', search: '/' };

export type ConsolePromptProps = {
  prompt: PromptState;
  state: ConsoleState;
  dispatch: Dispatch<ConsoleAction>;
  world: CommandWorld;
  width: number;
  onCommand(text: string): void;
};

/** The prompt for commands, for a table's filter (which applies while typing) and for searches in a text. */
export function ConsolePrompt({ prompt, state, dispatch, world, width, onCommand }: ConsolePromptProps) {
  const [before] = useState(currentScreen(state).table.filter);
  const filter = (text: string) => dispatch({ type: 'table', action: { type: 'filter', text } });
  const close = () => dispatch({ type: 'prompt' });
  const parsed = parseFilter(currentScreen(state).table.filter);
  return (
    <Prompt
      // A question of a command is a new prompt, although it replaces the current one immediately.
      key={`${prompt.kind} ${prompt.sign ?? ''}`}
      sign={prompt.sign ?? SIGNS[prompt.kind]}
      initial={prompt.initial}
      history={state.typed[prompt.kind]}
      width={width}
      suggest={prompt.kind === 'command' ? (text) => suggestCommand(text, world) : undefined}
      error={prompt.kind === 'filter' && parsed.kind === 'error' ? parsed.message : ''}
      onChange={prompt.kind === 'filter' ? filter : prompt.change}
      onAccept={(text) => {
        close();
        if (text.trim() !== '') dispatch({ type: 'typed', kind: prompt.kind, text });
        if (prompt.kind === 'command' && text.trim() !== '') onCommand(text);
        prompt.accept?.(text);
      }}
      onCancel={() => {
        close();
        if (prompt.kind === 'filter') filter(before);
        prompt.change?.(prompt.initial);
      }}
    />
  );
}
