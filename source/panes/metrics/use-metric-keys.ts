import type { Dispatch } from 'react';
import { panelOf } from '../../prometheus/boards/automatic.ts';
import { parseThreshold } from '../../prometheus/thresholds.ts';
import { safe } from '../../ui/text.ts';
import { useKeys } from '../../ui/use-keys.tsx';
import { type Controls, useControls } from '../console/console-context.ts';
import { boardLayout, spanOf } from './board-rows.ts';
import { metricKeys } from './keys.ts';
import type { MetricsAction } from './metrics-state.ts';
import { type Drawn, isBig, type MetricsView } from './metrics-view.ts';

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
  const listing = state.search !== undefined || state.endpoints === true;
  useKeys(
    metricKeys,
    {
      range: (key) => dispatch({ type: 'range', key }),
      up: () => dispatch({ type: 'move', by: -1, count }),
      down: () => dispatch({ type: 'move', by: 1, count }),
      first: () => dispatch({ type: 'to', place: 'first', count }),
      last: () => dispatch({ type: 'to', place: 'last', count }),
      left: () => moveCursor(input, -1),
      right: () => moveCursor(input, 1),
      zoom: () => open(input, controls),
      search: () => controls.search((text) => dispatch({ type: 'search', text })),
      pin: () => pin(input, controls),
      compare: () => compare(input, controls),
      ask: () => ask(input, controls),
      threshold: () => setThreshold(input, controls),
      endpoints: () => dispatch({ type: 'endpoints', open: !state.endpoints }),
      back: () => {
        if (listing) return dispatch(state.endpoints ? { type: 'endpoints', open: false } : { type: 'search' });
        if (state.zoom) return dispatch({ type: 'zoom' });
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

/** How many rows or charts there are to choose from. */
function countOf({ view, drawn: { cells, names, endpoints } }: MetricKeysInput): number {
  if (view.state.endpoints) return endpoints.length;
  if (view.state.search !== undefined) return names.length;
  // The small pane shows the container's own resources in its head, not as rows to choose.
  return isSmall(view) ? cells.filter(({ panel }) => panel !== undefined).length : cells.length;
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

/** `enter`: the endpoint, the metric or the chart under the cursor. */
function open({ view, drawn, dispatch }: MetricKeysInput, controls: Controls): unknown {
  const { selected } = view.state;
  const endpoint = drawn.endpoints[selected]?.endpoint;
  if (endpoint !== undefined) return dispatch({ type: 'endpoint', id: endpoint.id });
  if (drawn.names[selected] !== undefined) {
    pin({ view, drawn }, controls);
    return dispatch({ type: 'search' });
  }
  return drawn.cells.length > 0 ? dispatch({ type: 'zoom' }) : false;
}

/** Pins the metric under the cursor, or takes a pinned chart off. */
function pin({ view: { metrics, state }, drawn }: Pick<MetricKeysInput, 'view' | 'drawn'>, controls: Controls): void {
  const name = drawn.names[state.selected];
  const cell = drawn.cells[state.selected];
  if (name !== undefined) {
    const pinned = metrics?.pin(name.source.status.endpoint.id, panelOf(name.family));
    controls.flash('info', `${safe(name.family.name)} ${pinned ? 'is pinned to the board' : 'is no longer pinned'}`);
  } else if (cell?.panel !== undefined && cell.pinned) {
    metrics?.pin(cell.panel.source.status.endpoint.id, cell.panel.panel);
  } else controls.flash('info', 'Only a metric found with / can be pinned, and a pinned chart be taken off.');
}

function compare({ view: { world, service }, dispatch }: MetricKeysInput, controls: Controls): void {
  controls.search((text) => {
    const name = text.trim();
    const found = world.desk.services.find((one) => one.id !== service?.id && (one.name === name || one.id === name));
    if (name !== '' && found === undefined) controls.flash('warn', `There is no other service "${name}".`);
    dispatch({ type: 'compare', service: found?.id });
  }, 'compare with service: ');
}

function ask({ view: { metrics }, drawn }: MetricKeysInput, controls: Controls): void {
  const endpoint = drawn.sources[0]?.status.endpoint.id;
  if (metrics?.server() === undefined) {
    controls.flash('warn', 'PromQL is answered by a Prometheus server, and none is known. Set metrics.prometheus.');
  } else if (endpoint === undefined) {
    controls.flash('warn', 'This service has no endpoint that the chart could be pinned to.');
  } else {
    controls.search((text) => {
      const query = text.trim();
      if (query !== '') metrics.pin(endpoint, { title: query, unit: 'count', exprs: [{ kind: 'promql', query }] });
    }, 'PromQL> ');
  }
}

/** Watches the chart under the cursor. A chart with several lines is watched by its last: p99 of a latency. */
function setThreshold({ view: { metrics, state }, drawn }: MetricKeysInput, controls: Controls): void {
  const panel = drawn.cells[state.selected]?.panel?.panel;
  const expr = panel?.exprs.at(-1);
  if (metrics === undefined || panel === undefined || expr === undefined || expr.kind === 'promql') {
    controls.flash('info', 'Only a chart of metrics that the console scrapes itself can be watched.');
    return;
  }
  controls.search(
    (text) => {
      const parsed = text.trim() === '' ? undefined : parseThreshold(text);
      if (typeof parsed === 'string') {
        controls.flash('warn', parsed);
        return;
      }
      const { title, unit } = panel;
      metrics.setThreshold(`key ${title}`, parsed && { ...parsed, title, unit, expr });
      controls.flash('info', `${safe(title)} ${parsed === undefined ? 'is no longer watched' : 'is watched'}`);
    },
    `threshold of ${safe(panel.title)}: `,
  );
}
