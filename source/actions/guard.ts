import type { Danger, Plan } from './action.ts';
import { type Condition, checkCondition, type ReadMetric } from './condition.ts';
import { type MarketSession, openMarkets } from './market.ts';

type GuardSettings = {
  readonly: boolean;
  markets: readonly MarketSession[];
  conditions: readonly Condition[];
};

export type GuardInput = GuardSettings & {
  now: number;
  /** `:arm` lifts read-only until then (ms). */
  armedUntil?: number;
  /** The current values of a service's metric. */
  metric: ReadMetric;
};

export type GuardDecision = {
  danger: Danger;
  /** Why the danger was raised, for the dialog and the audit log. */
  reasons: readonly string[];
  refusal?: { refused: string; change: string };
};

/** Why changes are refused, and how to allow them. */
export const READONLY = {
  refused: 'the console is read-only',
  change: 'arm it for a time with :arm 10m, or start without read-only',
};

const RAISED = 'one level more dangerous';

/** The guards between a plan and its execution: pure, checked when the dialog opens and again before the first call. */
export function guard(given: Plan, input: GuardInput): GuardDecision {
  const plan = { ...given, danger: given.baseDanger ?? given.danger };
  if (plan.danger === 0) return { danger: 0, reasons: [] };
  if (input.readonly && !isArmed(input)) {
    return { danger: plan.danger, reasons: [], refusal: READONLY };
  }
  const checked = checkConditions(plan, input);
  const reasons = [...protections(plan), ...markets(plan, input)];
  let danger = Math.min(4, plan.danger + reasons.length) as Danger;
  if (checked.raised.length > 0) danger = Math.max(3, danger) as Danger;
  return { danger, reasons: [...reasons, ...checked.raised], refusal: checked.refusal };
}

/** Read-only is lifted for a time. */
function isArmed(input: Pick<GuardInput, 'now' | 'armedUntil'>): boolean {
  return input.armedUntil !== undefined && input.now < input.armedUntil;
}

/** One reason for all protected objects together: the danger rises by one, however many they are. */
function protections(plan: Plan): string[] {
  const kept = plan.objects.filter((object) => object.protectedBy !== undefined);
  const [first] = kept;
  if (first === undefined) return [];
  const names = kept.length === 1 ? `${first.name} is` : `${kept.length} objects, ${first.name} first, are`;
  return [`${names} protected by ${first.protectedBy}: ${RAISED}.`];
}

/** The projects that a plan touches; undefined where that is not known, as of an image: any may use it. */
function projectsOf({ objects }: Plan): ReadonlySet<string> | undefined {
  const ofAny = objects.some(({ kind, project }) => project === undefined && ENGINE_WIDE.has(kind));
  return ofAny ? undefined : new Set(objects.flatMap(({ project }) => project ?? []));
}

const ENGINE_WIDE: ReadonlySet<string> = new Set(['image', 'volume', 'network', 'build-cache']);

function markets(plan: Plan, input: GuardInput): string[] {
  const open = openMarkets(input.markets, projectsOf(plan), input.now);
  if (open.length === 0) return [];
  const names = open.map(
    (market) => `${market.name} is open${market.changesText ? ` until ${market.changesText}` : ''}`,
  );
  return [`${names.join(', ')}: ${RAISED}.`];
}

/** Unknown counts as not true. */
function checkConditions(plan: Plan, input: GuardInput): { raised: string[]; refusal?: GuardDecision['refusal'] } {
  const raised: string[] = [];
  for (const condition of input.conditions) {
    for (const { text, change } of checkCondition(condition, plan, input.metric)) {
      if (condition.otherwise !== 'raise') return { raised, refusal: { refused: text, change } };
      raised.push(`${text}.`);
    }
  }
  return { raised };
}
