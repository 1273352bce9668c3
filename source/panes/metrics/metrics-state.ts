import type { ServiceId } from '../../lib/ids.ts';
import type { Answer } from './answer-rows.ts';
import { RANGES } from './keys.ts';

/** The list shown instead of the board. */
export type MetricsList =
  /** Metrics whose name contains the text. */
  | { kind: 'names'; text: string }
  /** All endpoints of the desk, and unmatched targets. */
  | { kind: 'endpoints' }
  /** All thresholds and their states. */
  | { kind: 'watches' }
  /** Panels of dashboards that are not drawn, and why. */
  | { kind: 'not-drawn' }
  /** The answer of a Prometheus server to a query. */
  | { kind: 'answer'; answer: Answer };

/** The state of the metrics pane. A pure reducer; it knows neither values nor engine. */
export type MetricsState = {
  /** Index into RANGES. */
  range: number;
  /** Another length of time (ms) than those. */
  length?: number;
  /** The end of the time shown, in ms since the epoch; undefined: now, and it goes on. */
  end?: number;
  /** The day before is drawn, too. */
  yesterday: boolean;
  /** The selected chart. */
  selected: number;
  /** The selected chart fills the pane. */
  zoom: boolean;
  /** Time of the cursor in ms since the epoch; undefined: the newest values. */
  cursor?: number;
  /** The service for comparison. */
  compare?: ServiceId;
  list?: MetricsList & { /** The selected row. */ row: number };
  /** An endpoint shown instead of the service's own, such as one outside of containers. */
  endpoint?: string;
};

export type MetricsAction =
  | { type: 'range'; key: string }
  /** Earlier (-1) or later (1) by half of the time shown. */
  | { type: 'pan'; by: 1 | -1; now: number }
  /** A length of time, and its end; undefined: now. */
  | { type: 'span'; length: number; end?: number }
  /** The newest values in one of the ranges again. */
  | { type: 'live' }
  | { type: 'yesterday' }
  | { type: 'move'; by: number; count: number }
  | { type: 'to'; place: 'first' | 'last' | number; count: number }
  /** Moves the cursor by so many columns of `step` ms within [from, to]; beyond `to` it is off. */
  | { type: 'cursor'; by: number; from: number; to: number; step: number }
  | { type: 'zoom' }
  | { type: 'compare'; service?: ServiceId }
  /** Undefined: back to the board. */
  | { type: 'list'; list?: MetricsList }
  | { type: 'endpoint'; id?: string };

export const initialMetrics: MetricsState = { range: 1, yesterday: false, selected: 0, zoom: false };

export function metricsReducer(state: MetricsState, action: MetricsAction): MetricsState {
  switch (action.type) {
    case 'range': {
      const range = RANGES.findIndex(({ key }) => key === action.key);
      return range < 0 ? state : { ...state, range, length: undefined, cursor: undefined };
    }
    case 'pan': {
      const end = (state.end ?? action.now) + (action.by * lengthOf(state)) / 2;
      return { ...state, end: end >= action.now ? undefined : end, cursor: undefined };
    }
    case 'span':
      return { ...state, length: action.length, end: action.end, cursor: undefined };
    case 'live':
      return { ...state, length: undefined, end: undefined, cursor: undefined };
    case 'yesterday':
      return { ...state, yesterday: !state.yesterday };
    case 'move':
      return moved(state, clamp((state.list?.row ?? state.selected) + action.by, action.count));
    case 'to': {
      const { place, count } = action;
      return moved(state, place === 'first' ? 0 : clamp(place === 'last' ? count - 1 : place, count));
    }
    case 'cursor':
      return { ...state, cursor: cursorAfter(state.cursor, action) };
    case 'zoom':
      return { ...state, zoom: !state.zoom };
    case 'compare':
      return { ...state, compare: action.service };
    case 'list':
      return { ...state, list: action.list && { ...action.list, row: 0 } };
    case 'endpoint':
      return { ...state, endpoint: action.id, list: undefined, selected: 0, zoom: false };
  }
}

/** The length of the time shown, in ms. */
export function lengthOf({ length, range }: Pick<MetricsState, 'length' | 'range'>): number {
  return length ?? RANGES[range]?.ms ?? 300_000;
}

function moved(state: MetricsState, to: number): MetricsState {
  return state.list ? { ...state, list: { ...state.list, row: to } } : { ...state, selected: to };
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}

function cursorAfter(
  cursor: number | undefined,
  { by, from, to, step }: MetricsAction & { type: 'cursor' },
): number | undefined {
  const next = (cursor ?? to) + by * step;
  return next >= to ? undefined : Math.max(from, next);
}
