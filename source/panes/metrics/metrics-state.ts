import { RANGES } from './keys.ts';

/** What of a board is shown. A pure reducer; it knows neither numbers nor engine. */
export type MetricsState = {
  /** Index into RANGES. */
  range: number;
  /** The chart that keys are about. */
  selected: number;
  /** It alone fills the pane. */
  zoom: boolean;
  /** Time of the read-out in ms since the epoch; undefined: the newest values. */
  cursor?: number;
  /** Service that is drawn into the same charts. */
  compare?: string;
  /** Metric names are listed in place of the board: those that contain this. */
  search?: string;
  /** All endpoints are listed in place of the board. */
  endpoints?: boolean;
  /** An endpoint that is shown in place of the service's own: one outside of containers, say. */
  endpoint?: string;
};

export type MetricsAction =
  | { type: 'range'; key: string }
  | { type: 'move'; by: number; count: number }
  | { type: 'to'; place: 'first' | 'last'; count: number }
  /** Moves the cursor by so many columns of `step` ms within [from, to]; beyond `to` it is off. */
  | { type: 'cursor'; by: number; from: number; to: number; step: number }
  | { type: 'zoom' }
  | { type: 'compare'; service?: string }
  | { type: 'search'; text?: string }
  | { type: 'endpoints'; open: boolean }
  | { type: 'endpoint'; id?: string };

export const initialMetrics: MetricsState = { range: 1, selected: 0, zoom: false };

export function metricsReducer(state: MetricsState, action: MetricsAction): MetricsState {
  switch (action.type) {
    case 'range': {
      const range = RANGES.findIndex(({ key }) => key === action.key);
      return range < 0 ? state : { ...state, range, cursor: undefined };
    }
    case 'move':
      return { ...state, selected: clamp(state.selected + action.by, action.count) };
    case 'to':
      return { ...state, selected: action.place === 'first' ? 0 : Math.max(0, action.count - 1) };
    case 'cursor':
      return { ...state, cursor: moved(state.cursor, action) };
    case 'zoom':
      return { ...state, zoom: !state.zoom };
    case 'compare':
      return { ...state, compare: action.service };
    case 'search':
      return { ...state, search: action.text, endpoints: false, selected: 0 };
    case 'endpoints':
      return { ...state, endpoints: action.open, search: undefined, selected: 0 };
    case 'endpoint':
      return { ...state, endpoint: action.id, endpoints: false, selected: 0, zoom: false };
  }
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}

function moved(
  cursor: number | undefined,
  { by, from, to, step }: MetricsAction & { type: 'cursor' },
): number | undefined {
  const next = (cursor ?? to) + by * step;
  return next >= to ? undefined : Math.max(from, next);
}
