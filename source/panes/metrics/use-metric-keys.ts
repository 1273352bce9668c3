import type { Dispatch } from 'react';
import { panelOf } from '../../prometheus/boards/automatic.ts';
import { useKeys } from '../../ui/use-keys.tsx';
import { useControls } from '../console/console-context.ts';
import { boardLayout, spanOf } from './board-rows.ts';
import type { ChartCell } from './cells.ts';
import { metricKeys } from './keys.ts';
import type { MetricsAction } from './metrics-state.ts';
import { isBig, type MetricsView } from './metrics-view.ts';
import type { MetricName } from './name-rows.ts';

export type MetricKeysInput = {
  view: MetricsView;
  cells: readonly ChartCell[];
  names: readonly MetricName[];
  dispatch: Dispatch<MetricsAction>;
  active: boolean;
};

/** The keys of the metrics pane. */
export function useMetricKeys({ view, cells, names, dispatch, active }: MetricKeysInput): void {
  const controls = useControls();
  const { state, metrics, service, world, width, height, now } = view;
  const listing = state.search !== undefined;
  // The small pane shows the container's own resources in its head, not as rows to choose.
  const isSmall = !isBig(view) && !state.zoom;
  const panels = isSmall ? cells.filter(({ panel }) => panel !== undefined) : cells;
  const count = listing ? names.length : panels.length;
  const layout = boardLayout({ cells, state, width, height });
  const cursor = (by: number) => {
    if (cells.length === 0 || isSmall) return false;
    const { from, to, step } = spanOf(state, now, (layout.width - 1) * 2);
    return dispatch({ type: 'cursor', by, from, to, step: step * 2 });
  };
  const pin = () => {
    const name = names[state.selected];
    const cell = cells[state.selected];
    if (name !== undefined) pinNamed(name);
    else if (cell?.panel !== undefined && cell.pinned)
      metrics?.pin(cell.panel.source.status.endpoint.id, cell.panel.panel);
    else controls.flash('info', 'Only a metric found with / can be pinned, and a pinned chart be taken off.');
  };
  const pinNamed = ({ source, family }: MetricName) => {
    const pinned = metrics?.pin(source.status.endpoint.id, panelOf(family));
    controls.flash('info', `${family.name} ${pinned ? 'is pinned to the board' : 'is no longer pinned'}`);
  };
  const ask = () => {
    const endpoint = metrics?.sources(service?.containers.map(({ id }) => id) ?? [])[0]?.status.endpoint.id;
    if (metrics?.server() === undefined || endpoint === undefined) {
      return controls.flash(
        'warn',
        'PromQL is answered by a Prometheus server, and none is known. Set metrics.prometheus.',
      );
    }
    controls.search((query) => {
      if (query.trim() !== '')
        metrics.pin(endpoint, { title: query, unit: 'count', exprs: [{ kind: 'promql', query }] });
    }, 'PromQL> ');
  };
  const compare = () =>
    controls.search((name) => {
      const found = [...world.desk.services].find(
        (one) => one.id !== service?.id && (one.name === name || one.id === name),
      );
      if (name.trim() !== '' && found === undefined) controls.flash('warn', `There is no other service "${name}".`);
      dispatch({ type: 'compare', service: found?.id });
    }, 'compare with service: ');
  useKeys(
    metricKeys,
    {
      range: (key) => dispatch({ type: 'range', key }),
      up: () => dispatch({ type: 'move', by: -1, count }),
      down: () => dispatch({ type: 'move', by: 1, count }),
      first: () => dispatch({ type: 'to', place: 'first', count }),
      last: () => dispatch({ type: 'to', place: 'last', count }),
      left: () => cursor(-1),
      right: () => cursor(1),
      zoom: () => {
        const name = names[state.selected];
        if (name !== undefined) {
          pinNamed(name);
          return dispatch({ type: 'search' });
        }
        return cells.length > 0 ? dispatch({ type: 'zoom' }) : false;
      },
      search: () => controls.search((text) => dispatch({ type: 'search', text })),
      pin,
      compare,
      ask,
      back: () => {
        if (listing) return dispatch({ type: 'search' });
        if (state.zoom) return dispatch({ type: 'zoom' });
        return state.compare === undefined ? false : dispatch({ type: 'compare' });
      },
      refresh: () => {
        for (const { status } of metrics?.sources(service?.containers.map(({ id }) => id) ?? []) ?? []) {
          metrics?.scraper.refresh(status.endpoint.id);
        }
      },
    },
    { layer: 'pane', active },
  );
}
