import type { Dispatch } from 'react';
import { parseDuration } from '../../lib/format.ts';
import { parseSpan } from '../../lib/moment.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { type Controls, useControls } from '../shared/console-context.ts';
import { boardLayout, spanOf } from './board-rows.ts';
import { metricKeys } from './keys.ts';
import { ask, compare, pin, setThreshold, takeThresholdAway } from './metric-prompts.ts';
import { lengthOf, type MetricsAction } from './metrics-state.ts';
import { type Drawn, isBig, type MetricsView } from './metrics-view.ts';
import { watchesOf } from './watches.ts';

export type MetricKeysInput = {
  view: MetricsView;
  drawn: Drawn;
  dispatch: Dispatch<MetricsAction>;
  active: boolean;
};

/** The keys of the metrics pane. */
export function useMetricKeys(input: MetricKeysInput): void {
  const controls = useControls();
  const { view, drawn, dispatch, active } = input;
  const { state, metrics } = view;
  const count = countOf(input);
  const list = (kind: 'endpoints' | 'watches' | 'not-drawn') =>
    dispatch(state.list?.kind === kind ? { type: 'list' } : { type: 'list', list: { kind } });
  useKeys(
    metricKeys,
    {
      range: (key) => dispatch({ type: 'range', key }),
      earlier: () => dispatch({ type: 'pan', by: -1, now: view.now }),
      later: () => dispatch({ type: 'pan', by: 1, now: view.now }),
      span: () => controls.search((text) => showSpan(text, input, controls), 'time'),
      yesterday: () => dispatch({ type: 'yesterday' }),
      up: () => dispatch({ type: 'move', by: -1, count }),
      down: () => dispatch({ type: 'move', by: 1, count }),
      first: () => dispatch({ type: 'to', place: 'first', count }),
      last: () => dispatch({ type: 'to', place: 'last', count }),
      left: () => moveCursor(input, -1),
      right: () => moveCursor(input, 1),
      zoom: () => open(input, controls),
      search: () => controls.search((text) => dispatch({ type: 'list', list: { kind: 'names', text } })),
      pin: () => pin(input, controls),
      compare: () => compare(input, controls),
      ask: () => ask(input, controls),
      threshold: () => setThreshold(input, controls),
      unwatch: () => takeThresholdAway(input, controls),
      watches: () => list('watches'),
      endpoints: () => list('endpoints'),
      missing: () => list('not-drawn'),
      back: () => {
        if (state.list !== undefined) return dispatch({ type: 'list' });
        if (state.zoom) return dispatch({ type: 'zoom' });
        if (state.end !== undefined || state.length !== undefined) return dispatch({ type: 'live' });
        if (state.endpoint !== undefined) return dispatch({ type: 'endpoint' });
        return state.compare === undefined ? false : dispatch({ type: 'compare' });
      },
      refresh: () => {
        for (const { status } of drawn.sources) metrics?.scraper.refresh(status.endpoint.id);
      },
    },
    { layer: 'pane', active },
  );
}

/** Shows what was typed: a length of time, a time, or a span. */
export function showSpan(
  text: string,
  { view, dispatch }: Pick<MetricKeysInput, 'view' | 'dispatch'>,
  controls: Controls,
): void {
  if (text.trim() === '') return dispatch({ type: 'live' });
  const length = parseDuration(text.trim());
  if (length !== undefined && length >= 1000) return dispatch({ type: 'span', length });
  const span = parseSpan(text, view.now);
  if (!span) return controls.flash('bad', `"${text}" is not a valid time: 7d, 09:15 09:30, 2026-01-15 09:15.`);
  const { from, to } = span;
  if (to !== undefined) return dispatch({ type: 'span', length: to - from, end: to });
  const around = lengthOf(view.state);
  dispatch({ type: 'span', length: around, end: Math.min(view.now, from + around / 2) });
}

/** How many rows or charts there are to choose from. */
function countOf({ view, drawn }: MetricKeysInput): number {
  switch (view.state.list?.kind) {
    case 'endpoints':
      return drawn.endpoints.length;
    case 'names':
      return drawn.names.length;
    case 'watches':
      return drawn.watched.length;
    case 'answer':
      return view.state.list.answer.series.length;
    case 'not-drawn':
      return drawn.missing.length;
    default:
      // The small pane shows the container's own resources in its head, not as rows to choose.
      return isSmall(view) ? drawn.cells.filter(({ panel }) => panel !== undefined).length : drawn.cells.length;
  }
}

function isSmall(view: MetricsView): boolean {
  return !isBig(view) && !view.state.zoom;
}

function moveCursor({ view, drawn: { cells }, dispatch }: MetricKeysInput, by: number): unknown {
  if (cells.length === 0 || isSmall(view)) return false;
  const { state, width, height, now } = view;
  const layout = boardLayout({ cells, state, width, height });
  const { from, to, step } = spanOf(state, now, (layout.width - 1) * 2);
  return dispatch({ type: 'cursor', by, from, to, step: step * 2 });
}

/** `enter`: the endpoint, the metric, the threshold's chart or the chart under the cursor. */
function open(input: MetricKeysInput, controls: Controls): unknown {
  const { view, drawn, dispatch } = input;
  const { list } = view.state;
  if (list === undefined) return drawn.cells.length > 0 ? dispatch({ type: 'zoom' }) : false;
  if (list.kind === 'endpoints') {
    const found = drawn.endpoints[list.row];
    if (found?.status) return dispatch({ type: 'endpoint', id: found.status.endpoint.id });
    return controls.flash('info', found ? `It is not scraped here: ${found.unmatched.why}.` : 'There is no endpoint.');
  }
  if (list.kind === 'names') {
    pin(input, controls);
    return dispatch({ type: 'list' });
  }
  return list.kind === 'watches' ? showWatched(input, controls) : false;
}

/** Goes to the chart of the threshold under the cursor. */
function showWatched({ view, drawn, dispatch }: MetricKeysInput, controls: Controls): void {
  const found = drawn.watched[view.state.list?.row ?? 0];
  if (found === undefined) return;
  const { source, standing } = found;
  const panels = drawn.sources.flatMap((one) =>
    [...one.board.panels, ...one.pinned].map((panel) => ({ panel, source: one })),
  );
  const place = panels.findIndex((one) => one.source === source && watchesOf(one.panel, one.source).includes(standing));
  if (place < 0) return controls.flash('info', `${standing.threshold.title} has no chart on this board.`);
  dispatch({ type: 'list' });
  dispatch({ type: 'to', place, count: panels.length });
}
