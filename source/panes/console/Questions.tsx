import type { Dispatch } from 'react';
import type { PlanObject } from '../../actions/action.ts';
import { actionNamed } from '../../actions/list.ts';
import { sizeWords } from '../../actions/prune.ts';
import { age, bytes } from '../../lib/format.ts';
import { safe } from '../../lib/text.ts';
import { Dialog, type DialogProps } from '../../ui/dialog/Dialog.tsx';
import type { Controls } from '../shared/console-context.ts';
import type { ConsoleAction, Question } from '../shared/console-state.ts';
import { type Draft, useServices } from '../shared/services.ts';

export type QuestionsProps = {
  question: Question | undefined;
  dispatch: Dispatch<ConsoleAction>;
  controls: Controls;
  columns: number;
  rows: number;
};

/** The dialog, when something is to be answered. */
export function Questions({ question, dispatch, controls, columns, rows }: QuestionsProps) {
  const host = useServices();
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
  const { action, plan } = question;
  const others = action.alternatives ?? [];
  return (
    <Dialog
      key={`${plan.action} ${plan.name}`}
      title={safe(plan.title)}
      lines={planLines(question, host.clock.now())}
      typed={plan.danger >= 3 ? plan.name : undefined}
      buttons={[
        {
          label: capital(plan.action),
          press: closing((excluded: ReadonlySet<string>) => confirm(question, excluded, controls)),
        },
        ...others.map((other) => ({
          label: `${other.label} …`,
          press: closing(() => {
            const chosen = actionNamed(other.action);
            if (chosen !== undefined) controls.plan(chosen, plan.target);
          }),
        })),
      ]}
      {...place}
    />
  );
}

/**
 * The whole plan, what matters first: why the danger is what it is and what depends on it, then every object. Of a prune,
 * objects can be taken out, and each has its size and age (`now` in ms).
 */
export function planLines({ action, plan, reasons }: Omit<Draft, 'parameters'>, now: number): DialogProps['lines'] {
  const choosing = action.leaveOut !== undefined;
  const warnings = [...reasons, ...plan.warnings];
  const all = choosing ? [`${sizeWords(plan.objects)}; space takes one out.`] : [];
  const head = [...all.map((text) => ({ text })), ...warnings.map((text) => ({ text: safe(text), tone: WARN }))];
  return [
    ...head,
    ...(head.length > 0 && plan.objects.length > 0 ? [{ text: '' }] : []),
    ...plan.objects.map((object) => ({
      text: safe(objectText(object, now)),
      ...(choosing ? { id: object.id } : {}),
    })),
  ];
}

const WARN = 'warn' as const;

function objectText({ name, note, bytes: size, created, fresh }: PlanObject, now: number): string {
  const old = created === undefined || fresh ? '' : `, ${age(now - created)} old`;
  const what = size === undefined ? name : `${name}, ${bytes(size)}${old}`;
  return note === '' ? what : `${what}: ${note}`;
}

function confirm(question: Draft, excluded: ReadonlySet<string>, controls: Controls): void {
  const plan = question.action.leaveOut?.(question.plan, excluded) ?? question.plan;
  if (plan.objects.length === 0) controls.flash('info', 'Nothing was done: every object was taken out of the plan.');
  else controls.perform({ ...question, plan });
}

function capital(text: string): string {
  const words = text.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
