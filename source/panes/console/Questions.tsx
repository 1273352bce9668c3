import type { Dispatch } from 'react';
import { Dialog, type DialogProps } from '../../ui/dialog/Dialog.tsx';
import { safe } from '../../ui/text.ts';
import { type Draft, useHost } from '../host.ts';
import type { Controls } from './console-context.ts';
import type { ConsoleAction, Question } from './console-state.ts';

export type QuestionsProps = {
  question: Question | undefined;
  dispatch: Dispatch<ConsoleAction>;
  controls: Controls;
  columns: number;
  rows: number;
};

/** The dialog, when something is to be answered. */
export function Questions({ question, dispatch, controls, columns, rows }: QuestionsProps) {
  const host = useHost();
  if (!question) return null;
  const answered = (act: (yes: boolean) => void) => (yes: boolean) => {
    dispatch({ type: 'ask' });
    act(yes);
  };
  if (question.kind === 'quit') {
    const quit = (yes: boolean) => yes && host.quit();
    return (
      <Dialog
        title="Quit deskhand?"
        lines={[{ text: 'What it watches goes on without it.' }]}
        verb="Quit"
        columns={columns}
        rows={rows}
        onAnswer={answered(quit)}
      />
    );
  }
  return (
    <Dialog
      title={safe(question.plan.title)}
      lines={planLines(question)}
      verb={capital(question.plan.action)}
      typed={question.plan.danger >= 3 ? question.plan.name : undefined}
      columns={columns}
      rows={rows}
      onAnswer={answered((yes) => yes && controls.perform(question))}
    />
  );
}

/** The whole plan: what will be touched, what depends on it, and why the danger is what it is. */
export function planLines({ plan, reasons }: Draft): DialogProps['lines'] {
  return [
    ...plan.objects.map(({ name, note }) => ({ text: safe(note === '' ? name : `${name}: ${note}`) })),
    ...(plan.warnings.length > 0 ? [{ text: '' }] : []),
    ...plan.warnings.map((text) => ({ text: safe(text), tone: 'warn' as const })),
    ...reasons.map((text) => ({ text: safe(text), tone: 'warn' as const })),
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
