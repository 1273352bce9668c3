import type { Danger, Outcome, Plan, PlanObject, Refusal, Step } from '../../actions/action.ts';
import { age, bytes, duration } from '../../lib/format.ts';
import { safe } from '../../lib/text.ts';

const DANGERS: readonly string[] = [
  'only reads',
  'reversible',
  'short outage',
  'loses containers, logs or images, or a long outage',
  'loses data',
];

/** The plan as the dialog shows it, for a pipe or a terminal without colours. */
export function planText(plan: Plan, danger: Danger, reasons: readonly string[], now: number): string {
  const raised = reasons.length === 0 ? '' : `, raised: ${reasons.join(' ')}`;
  return lines([
    plan.title,
    `danger ${danger} (${DANGERS[danger]})${raised}`,
    ...plan.objects.map((object) => `  ${objectText(object, now)}`),
    ...(plan.checks ?? []).map(({ ok, text }) => `${ok ? '-' : '!'} ${text}`),
    ...plan.warnings.map((warning) => `! ${warning}`),
  ]);
}

function objectText(object: PlanObject, now: number): string {
  const size = object.bytes === undefined ? '' : `  ${bytes(object.bytes)}`;
  const old = object.created === undefined || object.fresh ? '' : `  ${age(now - object.created)} old`;
  const wave = object.wave === undefined ? '' : `${object.wave + 1}. `;
  return `${wave}${object.kind} ${object.name}${size}${old}  ${object.note}`;
}

/** Progress as permanent lines: only changes of each object, not of the elapsed time at its end. */
export function newsOnly(print: (text: string) => void): (text: string) => void {
  const shown = new Map<string, string>();
  return (text) => {
    const [name = ''] = text.split(': ', 1);
    const news = text.replace(/ \([^()]*\)$/, '');
    if (shown.get(name) === news) return;
    shown.set(name, news);
    print(text);
  };
}

/** How to run the plan that was only printed. */
export function hintText({ name }: Plan, danger: Danger): string {
  const confirm = danger >= 3 ? ` --confirm ${/\s/.test(name) ? `"${name}"` : name}` : '';
  return lines(['Nothing was done.', `To do it: the same with --yes${confirm}`]);
}

export function refusalText({ refused, change }: Refusal): string {
  return lines([`Refused: ${refused}.`, `To change that: ${change}.`]);
}

export function outcomeText(outcome: Outcome): string {
  const head = outcome.ok ? 'Done' : outcome.cancelled ? 'Cancelled' : 'Failed';
  return lines([
    ...outcome.steps.map(stepText),
    `${head} after ${duration(outcome.ms)}: ${outcome.verification}`,
    ...(outcome.unrecorded === undefined ? [] : [`! not recorded: ${outcome.unrecorded}`]),
  ]);
}

function stepText({ object, call, ok, ms, error }: Step): string {
  return `  ${ok ? 'ok' : 'FAILED'}  ${object}: ${call}, ${duration(ms)}${error === undefined ? '' : `: ${error}`}`;
}

function lines(texts: readonly string[]): string {
  return `${texts.map(safe).join('\n')}\n`;
}
