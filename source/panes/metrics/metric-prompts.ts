import type { Dispatch } from 'react';
import { serviceName } from '../../desk/identity.ts';
import type { Service } from '../../desk/model.ts';
import { errorMessage } from '../../lib/error.ts';
import { displayText } from '../../lib/secrets.ts';
import { safe } from '../../lib/text.ts';
import { panelOf } from '../../metrics/boards/automatic.ts';
import { format } from '../../metrics/breaches.ts';
import type { MetricSource } from '../../metrics/desk-metrics.ts';
import { parseThreshold, shownThreshold, typedThreshold } from '../../metrics/threshold-text.ts';
import type { Threshold } from '../../prometheus/thresholds.ts';
import type { Controls } from '../shared/console-context.ts';
import { type Answer, answerOf } from './answer-rows.ts';
import type { MetricsAction } from './metrics-state.ts';
import { type Drawn, isBig, type MetricsView } from './metrics-view.ts';
import { watchesOf } from './watches.ts';

/** The keys of the metrics pane that ask for text or change saved preferences. */

type Input = { view: MetricsView; drawn: Drawn; dispatch: Dispatch<MetricsAction> };

/** A change that could not be saved is reported as lasting only until the program ends. */
function report(controls: Controls, text: string, kept: Promise<void>): void {
  controls.flash('info', text);
  kept.catch((error: unknown) => controls.flash('warn', `${text} But ${displayText(errorMessage(error))}.`));
}

/** Pins the metric under the cursor, or unpins a chart. */
export function pin(input: Input, controls: Controls): void {
  const { metrics, state } = input.view;
  const { drawn } = input;
  if (state.list?.kind === 'answer') return pinAnswer(state.list.answer, input, controls);
  const name = drawn.names[state.list?.row ?? 0];
  const cell = drawn.cells[state.selected];
  const page = name?.source.history.latest?.exposition;
  const found = page
    ? { source: name.source, panel: panelOf(name.family, page) }
    : cell?.pinned
      ? cell.panel
      : undefined;
  if (metrics === undefined || found === undefined) {
    return controls.flash('info', 'Pin a metric from the / list; only pinned charts can be unpinned.');
  }
  const { pinned, kept } = metrics.byKey.pin(found.source, found.panel);
  const title = safe(name?.family.name ?? found.panel.title);
  report(controls, `${title} ${pinned ? 'pinned to the board' : 'unpinned'}.`, kept);
}

/** Compares with another service in the same charts. */
export function compare({ view, dispatch }: Input, controls: Controls): void {
  const { world, service } = view;
  controls.search((text) => {
    const name = text.trim();
    if (name === '') return dispatch({ type: 'compare' });
    const found = servicesCalled(name, world.desk.services, service);
    const [only] = found;
    if (only === undefined) return controls.flash('warn', `There is no other service "${safe(name)}".`);
    if (found.length > 1) {
      return controls.flash(
        'warn',
        `Ambiguous name, it could be: ${found.map((one) => safe(serviceName(one))).join(', ')}.`,
      );
    }
    dispatch({ type: 'compare', service: only.id });
    const seen = isBig(view) || view.state.zoom;
    controls.flash('info', `${safe(serviceName(only))} is drawn into the charts${seen ? '' : ', which f shows'}.`);
  }, 'compare with service: ');
}

/** By name, or project and name; one of the same project before others. */
function servicesCalled(name: string, services: readonly Service[], but: Service | undefined): readonly Service[] {
  const others = services.filter(({ id }) => id !== but?.id);
  const exact = others.filter((one) => serviceName(one) === name);
  if (exact.length > 0) return exact;
  const found = others.filter((one) => one.name === name);
  const near = found.filter(({ project }) => project === but?.project);
  return near.length > 0 ? near : found;
}

/** Queries a Prometheus server once and lists the answer, or shows the error. */
export function ask({ view: { metrics }, drawn, dispatch }: Input, controls: Controls): void {
  const [source] = drawn.sources;
  if (metrics === undefined || source === undefined) {
    return controls.flash('warn', 'This service has no endpoint, so no Prometheus server can be chosen for it.');
  }
  const server = metrics.servers.of(source.status.endpoint);
  if (server === undefined) {
    return controls.flash('warn', 'PromQL needs a Prometheus server, and none is known. Set metrics.prometheus.');
  }
  controls.search((text) => {
    const query = text.trim();
    if (query === '') return;
    controls.flash('busy', `Asking ${displayText(server.url)} …`);
    server.query(query, undefined, { maxBytes: LARGEST_ANSWER }).then(
      (result) => {
        const answer = answerOf(query, result);
        dispatch({ type: 'list', list: { kind: 'answer', answer } });
        const count = `${answer.total} series`;
        controls.flash('info', `${safe(query)}: ${answer.text === undefined ? count : 'a text'}.`);
      },
      (error: unknown) => controls.flash('bad', displayText(errorMessage(error))),
    );
  }, 'PromQL> ');
}

/** Largest answer in bytes: some ten thousand series. */
const LARGEST_ANSWER = 8 * 1024 * 1024;

/** Pins the expression of the listed answer, and shows its chart. */
function pinAnswer({ query, unit, notPinned }: Answer, { view, drawn, dispatch }: Input, controls: Controls): void {
  const [source] = drawn.sources;
  const { metrics } = view;
  if (metrics === undefined || source === undefined) return;
  if (notPinned !== undefined) return controls.flash('warn', `It cannot be pinned: ${notPinned}.`);
  const panel = { title: query, unit, exprs: [{ kind: 'promql' as const, query }] };
  const known = source.pinned.findIndex(({ title }) => title === query);
  if (known < 0) report(controls, `${safe(query)} pinned to the board.`, metrics.byKey.pin(source, panel).kept);
  const place = source.board.panels.length + (known < 0 ? source.pinned.length : known);
  dispatch({ type: 'list' });
  dispatch({ type: 'to', place, count: place + 1 });
}

/** The chart, or the listed threshold, to which threshold keys apply. */
function watchable({ view: { state }, drawn }: Pick<Input, 'view' | 'drawn'>) {
  const row = state.list?.kind === 'watches' ? drawn.watched[state.list.row] : undefined;
  if (row !== undefined) {
    const { threshold } = row.standing;
    return { source: row.source, title: threshold.title, unit: threshold.unit, expr: threshold.expr, all: [threshold] };
  }
  const cell = state.list === undefined ? drawn.cells[state.selected]?.panel : undefined;
  if (cell === undefined) return undefined;
  const { panel, source } = cell;
  const all = watchesOf(panel, source).map(({ threshold }) => threshold);
  // A threshold on a chart with several lines watches the last one: p99 of a latency.
  return { source, title: panel.title, unit: panel.unit, expr: panel.exprs.at(-1), all };
}

/** Sets, changes or removes the threshold of the chart under the cursor. */
export function setThreshold(input: Pick<Input, 'view' | 'drawn'>, controls: Controls): void {
  const { metrics } = input.view;
  const found = watchable(input);
  const expr = found?.expr;
  if (metrics === undefined || found === undefined || expr === undefined || expr.kind === 'promql') {
    return controls.flash('info', 'Only charts of metrics that deskhand scrapes itself can have a threshold.');
  }
  const { source, unit, all } = found;
  const mine = all.find(({ from }) => from === 'key');
  const title = mine?.title ?? found.title;
  const accept = (text: string) => {
    if (text.trim() === '') return takeAway(metrics, { source, title, all }, controls);
    const parsed = parseThreshold(text, unit);
    if (typeof parsed === 'string') return controls.flash('warn', parsed);
    const kept = metrics.byKey.setThreshold(source, title, { ...parsed, title, unit, expr });
    const limits = shownThreshold({ ...parsed, unit }, format);
    report(controls, `${safe(title)} is watched: ${limits}.${besides(all)}`, kept);
  };
  controls.search(
    accept,
    `threshold of ${safe(title)}: `,
    mine === undefined ? '' : typedThreshold(mine, unit, format),
  );
}

/** Removes the operator's threshold from the chart under the cursor. */
export function takeThresholdAway(input: Pick<Input, 'view' | 'drawn'>, controls: Controls): void {
  const { metrics } = input.view;
  const found = watchable(input);
  if (metrics !== undefined && found !== undefined) takeAway(metrics, found, controls);
}

function takeAway(
  metrics: NonNullable<MetricsView['metrics']>,
  { source, title, all }: { source: MetricSource; title: string; all: readonly Threshold[] },
  controls: Controls,
): void {
  const mine = all.find(({ from }) => from === 'key');
  if (mine === undefined) {
    const by = besides(all) || ' It has no threshold.';
    return controls.flash('info', `No threshold was set by key on ${safe(title)}.${by}`);
  }
  report(
    controls,
    `The threshold that was set by key on ${safe(title)} is removed.${besides(all)}`,
    metrics.byKey.setThreshold(source, mine.title),
  );
}

/** Its other thresholds, which no key removes. */
function besides(all: readonly Threshold[]): string {
  const others = all.filter(({ from }) => from !== 'key');
  const of = (from: Threshold['from']) => others.some((one) => one.from === from);
  if (of('settings')) return ' One of the settings (metrics.thresholds) watches it too.';
  return of('built-in') ? ' A built-in one watches it too.' : '';
}
