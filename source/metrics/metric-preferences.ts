import * as v from 'valibot';
import { errorMessage } from '../lib/error.ts';
import { parseJson } from '../lib/json.ts';
import { UNITS } from '../lib/value.ts';
import type { Panel } from '../prometheus/board.ts';
import type { Expr } from '../prometheus/expr.ts';
import type { KeyThreshold } from '../prometheus/thresholds.ts';

/** The operator's saved preferences: pinned panels and thresholds. Pure; reading and writing the file is done elsewhere. */

/** Of one endpoint. */
export type MetricPreferences = { pins: readonly Panel[]; thresholds: readonly KeyThreshold[] };

/** By engine (the docker context's name, or its address), and there by endpoint. */
export type SavedPreferences = Readonly<Record<string, Readonly<Record<string, MetricPreferences>>>>;

export const NOTHING_KEPT: MetricPreferences = { pins: [], thresholds: [] };

/** Saves the preferences for the connected engine. */
export type PreferencesStore = {
  of(endpoint: string): MetricPreferences;
  /** Takes effect at once; the promise rejects with a message to show if it could not be written. */
  change(endpoint: string, change: (kept: MetricPreferences) => MetricPreferences): Promise<void>;
  /** Resolves when all changes so far were written or failed. */
  written(): Promise<void>;
  /** Why nothing can be saved, in words; undefined if it can. */
  trouble(): string | undefined;
};

/** Saves nothing: preferences last until the program ends. */
export function inMemoryPreferences(): PreferencesStore {
  const kept = new Map<string, MetricPreferences>();
  return {
    of: (endpoint) => kept.get(endpoint) ?? NOTHING_KEPT,
    async change(endpoint, change) {
      kept.set(endpoint, change(kept.get(endpoint) ?? NOTHING_KEPT));
    },
    written: async () => undefined,
    trouble: () => undefined,
  };
}

const Strings = v.record(v.string(), v.string());
const grouping = {
  by: v.optional(v.array(v.string())),
  each: v.optional(v.boolean()),
  scale: v.optional(v.number()),
  legend: v.optional(v.string()),
};
const selection = { metric: v.string(), where: v.optional(Strings), not: v.optional(Strings), ...grouping };
const window = v.optional(v.number());
const ExprSchema: v.GenericSchema<unknown, Expr> = v.variant('kind', [
  v.object({ kind: v.literal('value'), reduce: v.optional(v.picklist(['sum', 'min', 'max', 'avg'])), ...selection }),
  v.object({ kind: v.literal('rate'), window, ...selection }),
  v.object({ kind: v.literal('quantile'), q: v.number(), window, ...selection }),
  v.object({ kind: v.literal('promql'), query: v.string(), legend: v.optional(v.string()) }),
]);
const shown = { title: v.string(), unit: v.picklist(UNITS) };
const PanelSchema = v.object({
  ...shown,
  exprs: v.array(ExprSchema),
  help: v.optional(v.string()),
  limits: v.optional(v.array(v.number())),
});
const ThresholdSchema = v.object({
  ...shown,
  bad: v.picklist(['above', 'below', 'beyond']),
  warn: v.optional(v.number()),
  critical: v.optional(v.number()),
  forMs: v.number(),
  expr: ExprSchema,
});
const PreferencesSchema = v.object({
  pins: v.optional(v.array(PanelSchema), []),
  thresholds: v.optional(v.array(ThresholdSchema), []),
});
const FileSchema = v.object({
  version: v.literal(1, 'is of another version of deskhand'),
  engines: v.record(v.string(), v.record(v.string(), PreferencesSchema)),
});

/** Parses the file. Throws an Error that says what is wrong with it and where. */
export function readPreferences(text: string): SavedPreferences {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    throw new Error(`is not JSON: ${errorMessage(error)}`);
  }
  const result = v.safeParse(FileSchema, json);
  if (result.success) return result.output.engines;
  const [issue] = result.issues;
  throw new Error(`${v.getDotPath(issue) ?? 'it'}: ${issue.message.replace(/^Invalid [\w ]+: /, '')}`);
}

/** The file's text, formatted for people. */
export function writePreferences(engines: SavedPreferences): string {
  return `${JSON.stringify({ version: 1, engines }, undefined, 2)}\n`;
}

/** Returns the preferences with one endpoint's changed; empty endpoints and engines are left out. */
export function changed(
  all: SavedPreferences,
  engine: string,
  endpoint: string,
  change: (kept: MetricPreferences) => MetricPreferences,
): SavedPreferences {
  const { [endpoint]: before = NOTHING_KEPT, ...others } = all[engine] ?? {};
  const next = change(before);
  const isEmpty = next.pins.length === 0 && next.thresholds.length === 0;
  const { [engine]: _, ...rest } = all;
  const endpoints = isEmpty ? others : { ...others, [endpoint]: next };
  return Object.keys(endpoints).length === 0 ? rest : { ...rest, [engine]: endpoints };
}
