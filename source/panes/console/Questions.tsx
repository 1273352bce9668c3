import type { Dispatch } from 'react';
import type { PlanObject } from '../../actions/action.ts';
import { actionNamed } from '../../actions/list.ts';
import { sizeWords } from '../../actions/prune.ts';
import { age, bytes } from '../../lib/format.ts';
import { safe, width as widthOf } from '../../lib/text.ts';
import { resourceOf } from '../../resources/registry.ts';
import { viewOf } from '../../resources/table-views.ts';
import { Dialog, type DialogAnswer, type DialogProps, headRoom } from '../../ui/dialog/Dialog.tsx';
import { Menu } from '../../ui/dialog/Menu.tsx';
import { withKeys } from '../../ui/key-words.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import { useBoundGroups } from '../../ui/use-keys.ts';
import type { Controls } from '../shared/console-context.ts';
import type { ConsoleAction, Question, Running } from '../shared/console-state.ts';
import { type Draft, useServices } from '../shared/services.ts';
import { ColumnChooser } from '../table/ColumnChooser.tsx';

export type QuestionsProps = {
  question: Question | undefined;
  dispatch: Dispatch<ConsoleAction>;
  controls: Controls;
  columns: number;
  rows: number;
  /** Nothing is drawn now: the window is too small. */
  hidden: boolean;
};

/** The dialog, if there is a question. */
export function Questions({ question, dispatch, controls, columns, rows, hidden }: QuestionsProps) {
  const host = useServices();
  if (!question) return null;
  const close = () => dispatch({ type: 'ask' });
  const place = { columns, rows, hidden, clock: host.clock, onCancel: close };
  if (question.kind === 'menu')
    return <Menu key={question.title} {...question} columns={columns} rows={rows} onClose={close} />;
  if (question.kind === 'columns') return <ColumnsDialog {...{ question, dispatch, columns, rows }} onClose={close} />;
  if (question.kind === 'quit') return <QuitDialog running={question.running} quit={host.quit} {...place} />;
  if (question.kind === 'cancel') {
    const cancel = (excluded: ReadonlySet<string>) =>
      controls.cancel(question.running.map(({ id }) => id).filter((id) => !excluded.has(id)));
    return <CancelDialog running={question.running} cancel={cancel} {...place} />;
  }
  return <PlanDialog question={question} controls={controls} {...place} />;
}

type ColumnsProps = Pick<QuestionsProps, 'dispatch' | 'columns' | 'rows'> & {
  question: Extract<Question, { kind: 'columns' }>;
  onClose(): void;
};

/** The table behind it changes with every choice. */
function ColumnsDialog({ question, dispatch, columns, rows, onClose }: ColumnsProps) {
  const { views } = useServices().settings;
  const resource = resourceOf(question.resource);
  if (!resource) return null;
  const change = (chosen: readonly string[] | undefined) =>
    dispatch({ type: 'table', action: { type: 'columns', columns: chosen } });
  const reset = () => {
    change(undefined);
    return viewOf(views, resource, undefined)?.columns;
  };
  const size = { columns, rows };
  return (
    <ColumnChooser
      key={question.resource}
      {...{ resource, size, onClose }}
      columns={question.columns}
      onChange={change}
      onReset={reset}
    />
  );
}

type Place = Pick<DialogProps, 'columns' | 'rows' | 'hidden' | 'clock' | 'onCancel'>;

function QuitDialog({ running, quit, ...place }: Place & { running: readonly Running[]; quit(): void }) {
  return (
    <Dialog
      key="quit"
      title="Quit deskhand?"
      lines={[
        ...running.map(({ title }) => ({
          text: safe(`Under way: ${title}. No further step will start.`),
          tone: WARN,
        })),
        { text: 'Your containers keep running.' },
      ]}
      buttons={[{ label: 'Quit', press: quit }]}
      {...place}
    />
  );
}

/** Several are listed; the ones to keep can be excluded. */
function CancelDialog({
  running,
  cancel,
  ...place
}: Place & { running: readonly Running[]; cancel(excluded: ReadonlySet<string>): void }) {
  const several = running.length > 1;
  return (
    <Dialog
      key="cancel"
      title={several ? `Cancel ${running.length} running actions?` : 'Cancel the running action?'}
      lines={[
        ...running.map(({ id, title }) => ({ text: safe(title), object: true as const, ...(several ? { id } : {}) })),
        { text: 'The current step finishes; no further step will start. What is done stays done.' },
      ]}
      cancelLabel="Keep running"
      buttons={[
        {
          label: 'Cancel it',
          press: ({ excluded }) => {
            place.onCancel();
            cancel(excluded);
          },
        },
      ]}
      {...place}
    />
  );
}

function PlanDialog({
  question,
  controls,
  ...place
}: Place & { question: Extract<Question, { kind: 'plan' }>; controls: Controls }) {
  const host = useServices();
  const bound = useBoundGroups();
  const { action, plan } = question;
  const raised = raisedLine(question);
  const isCut = raised.some(({ text }) => widthOf(text) > headRoom(place.columns));
  const alternatives = (action.alternatives ?? []).filter(({ applies }) => applies?.(plan) ?? true);
  const closing =
    <Args extends unknown[]>(act: (...args: Args) => void) =>
    (...args: Args) => {
      place.onCancel();
      act(...args);
    };
  return (
    <Dialog
      key={`${plan.action} ${plan.name}`}
      title={safe(plan.title)}
      head={[{ text: safe(`on ${question.where ?? host.endpoint()}`) }, ...raised]}
      lines={planLines({ ...question, reasons: isCut ? question.reasons : [] }, host.clock.now(), bound)}
      typed={plan.danger >= 3 ? plan.name : undefined}
      reason
      buttons={[
        { label: capital(plan.action), press: closing((answer: DialogAnswer) => confirm(question, answer, controls)) },
        ...alternatives.map((other) => ({
          label: `${other.label} …`,
          press: closing(() => {
            const chosen = actionNamed(other.action);
            if (chosen !== undefined) controls.plan(chosen, plan.target, { words: other.words?.(plan) });
          }),
        })),
      ]}
      {...place}
    />
  );
}

/** Why the danger is higher than usual: visible however the list of objects is scrolled. */
function raisedLine({ plan, reasons }: Draft): DialogProps['lines'] {
  return reasons.length === 0 ? [] : [{ text: safe(`danger ${plan.danger}: ${reasons.join(' ')}`), tone: WARN }];
}

/** From this many objects on, a common note is shown once above them. */
const ALIKE = 4;

/**
 * The whole plan: every object first, then the reasons that the head cuts off, what depends on it and other warnings. Objects of a prune can be
 * excluded, and each has its size and age (`now` in ms).
 */
export function planLines(
  { action, plan, reasons }: Pick<Draft, 'action' | 'plan' | 'reasons'>,
  now: number,
  bound: ReadonlyMap<string, KeyGroup>,
): DialogProps['lines'] {
  const choosing = action.leaveOut !== undefined;
  const warnings = [...reasons, ...plan.warnings];
  const { checks = [] } = plan;
  return [
    ...(choosing ? [{ text: withKeys(`${sizeWords(plan.objects)}; {dialog.toggle} takes one out.`, bound) }] : []),
    ...objectLines(plan.objects, choosing, now),
    ...checks.map(({ ok, text }) => ({ text: safe(text), ...(ok ? {} : { tone: WARN }) })),
    ...(warnings.length > 0 ? [{ text: '' }] : []),
    ...warnings.map((text) => ({ text: safe(text), tone: WARN })),
  ];
}

function objectLines(objects: readonly PlanObject[], choosing: boolean, now: number): DialogProps['lines'][number][] {
  const lines: DialogProps['lines'][number][] = [];
  for (let at = 0; at < objects.length; ) {
    const { note = '' } = objects[at] ?? {};
    const next = objects.findIndex((object, index) => index > at && object.note !== note);
    const alike = objects.slice(at, next === -1 ? objects.length : next);
    const grouped = alike.length >= ALIKE && note !== '';
    if (grouped) lines.push({ text: safe(`${alike.length}: ${note}`) });
    for (const object of alike) {
      const text = safe(objectText(grouped ? { ...object, note: '' } : object, now));
      lines.push({ text: grouped ? `  ${text}` : text, object: true, ...(choosing ? { id: object.id } : {}) });
    }
    at += alike.length;
  }
  return lines;
}

const WARN = 'warn' as const;

function objectText({ name, note, bytes: size, created, fresh }: PlanObject, now: number): string {
  const old = created === undefined || fresh ? '' : `, ${age(now - created)} old`;
  const what = size === undefined ? name : `${name}, ${bytes(size)}${old}`;
  return note === '' ? what : `${what}: ${note}`;
}

function confirm(question: Draft, { excluded, reason }: DialogAnswer, controls: Controls): void {
  const plan = question.action.leaveOut?.(question.plan, excluded) ?? question.plan;
  if (plan.objects.length === 0) controls.flash('info', 'Nothing was done: every object was excluded from the plan.');
  else controls.perform({ ...question, plan }, reason === '' ? undefined : reason);
}

function capital(text: string): string {
  const words = text.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
