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
  const close = () => dispatch({ type: 'ask' });
  const closing =
    <Args extends unknown[]>(act: (...args: Args) => void) =>
    (...args: Args) => {
      close();
      act(...args);
    };
  const place = { columns, rows, onCancel: close };
  if (question.kind === 'quit') {
    return (
      <Dialog
        title="Quit deskhand?"
        lines={[
          ...question.running.map((title) => ({
            text: safe(`Under way: ${title}. No further step of it is begun.`),
            tone: 'warn' as const,
          })),
          { text: 'What it watches goes on without it.' },
        ]}
        buttons={[{ label: 'Quit', press: host.quit }]}
        {...place}
      />
    );
  }
  const { plan } = question;
  const others = ALTERNATIVES[plan.action] ?? [];
  return (
    <Dialog
      key={`${plan.action} ${plan.name}`}
      title={safe(plan.title)}
      lines={planLines(question)}
      typed={plan.danger >= 3 ? plan.name : undefined}
      buttons={[
        {
          label: capital(plan.action),
          press: closing((excluded: ReadonlySet<string>) =>
            controls.perform({ ...question, plan: without(plan, excluded) }),
          ),
        },
        ...others.map(({ label, action }) => ({
          label: `${label} …`,
          press: closing(() => controls.plan(action, plan.target)),
        })),
      ]}
      {...place}
    />
  );
}

/** Other ways to the same end, each with a plan and a dialog of its own. */
const ALTERNATIVES: Readonly<Record<string, readonly { label: string; action: string }[]>> = {
  restart: [
    { label: 'Rolling', action: 'rolling-restart' },
    { label: 'With dependants', action: 'restart-with-dependants' },
  ],
};

/**
 * The whole plan, what matters first: why the danger is what it is and what depends on it, then every object. Of a prune,
 * objects can be taken out.
 */
export function planLines({ plan, reasons }: Draft): DialogProps['lines'] {
  const choosing = plan.action === 'prune';
  const warnings = [...reasons, ...plan.warnings];
  return [
    ...warnings.map((text) => ({ text: safe(text), tone: 'warn' as const })),
    ...(warnings.length > 0 && plan.objects.length > 0 ? [{ text: '' }] : []),
    ...plan.objects.map(({ id, name, note }) => ({
      text: safe(note === '' ? name : `${name}: ${note}`),
      ...(choosing ? { id } : {}),
    })),
  ];
}

function without(plan: Draft['plan'], excluded: ReadonlySet<string>): Draft['plan'] {
  return excluded.size === 0 ? plan : { ...plan, objects: plan.objects.filter(({ id }) => !excluded.has(id)) };
}

function capital(text: string): string {
  const words = text.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
