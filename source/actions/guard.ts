import type { Danger, Plan } from './action.ts';
import { type MarketSession, openMarkets } from './market.ts';
import { matching } from './marks.ts';

/** A metric that must hold before some actions: "nanoarb_position = 0" before nanoarb is restarted. */
export type Condition = {
  /** Service names, `project/service` or globs it concerns. */
  services: readonly string[];
  /** Action names; absent: everything of danger 2 and more. */
  actions?: readonly string[];
  /** `metric operator number`, operators = != < <= > >=. */
  metric: string;
  /** When it does not hold: refuse (the default), or raise to danger 3, so that the name must be typed. */
  otherwise?: 'refuse' | 'raise';
};

type GuardSettings = {
  readonly: boolean;
  markets: readonly MarketSession[];
  conditions: readonly Condition[];
};

export type GuardInput = GuardSettings & {
  now: number;
  /** `:arm` lifts read-only until then (ms). */
  armedUntil?: number;
  /** The newest value of a metric of one of the services; undefined when it is not known, or too old to trust. */
  metric: (name: string, service: string | undefined) => number | undefined;
};

export type GuardDecision = {
  danger: Danger;
  /** Why the danger was raised, for the dialog and the audit log. */
  reasons: readonly string[];
  refusal?: { refused: string; change: string };
};

/** Why nothing may be changed, and how it may. */
export const READONLY = {
  refused: 'the console is read-only',
  change: 'arm it for a time with :arm 10m, or start without read-only',
};

const RAISED = 'one step more dangerous';

/** What stands between a plan and its doing: pure, asked when the dialog opens and again before the first call. */
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

function markets(plan: Plan, input: GuardInput): string[] {
  const open = openMarkets(input.markets, new Set(plan.objects.map((object) => object.project)), input.now);
  if (open.length === 0) return [];
  const names = open.map(
    (market) => `${market.name} is open${market.changesText ? ` until ${market.changesText}` : ''}`,
  );
  return [`${names.join(', ')}: ${RAISED}.`];
}

function checkConditions(plan: Plan, input: GuardInput): { raised: string[]; refusal?: GuardDecision['refusal'] } {
  const raised: string[] = [];
  for (const condition of input.conditions) {
    if (!(condition.actions?.includes(plan.action) ?? plan.danger >= 2)) continue;
    for (const service of runningServices(plan, condition)) {
      const finding = check(condition, service, input);
      if (finding === undefined) continue;
      if (finding.known && condition.otherwise !== 'raise') {
        const refusal = {
          refused: finding.text,
          change: `bring about ${condition.metric} first, or change the condition in the settings`,
        };
        return { raised, refusal };
      }
      raised.push(`${finding.text}.`);
    }
  }
  return { raised };
}

/** Only what runs has a state worth checking: a dead engine may always be started. */
function runningServices(plan: Plan, condition: Condition): (string | undefined)[] {
  const concerned = plan.objects.filter(
    (object) => object.seen?.state === 'running' && matching(condition.services, conditionNames(object)) !== undefined,
  );
  return [...new Set(concerned.map((object) => object.service))];
}

function conditionNames(object: Plan['objects'][number]): string[] {
  const path = object.service?.replace(/^\w+:/, '') ?? object.name;
  return [object.name, path, path.split('/').at(-1) ?? path];
}

const CONDITION = /^\s*([A-Za-z_:][\w:]*)\s*(=|==|!=|<|<=|>|>=)\s*(-?\d+(?:\.\d+)?)\s*$/;

/** Undefined when the condition holds; otherwise what is wrong, and whether the value is known at all. */
function check(
  condition: Condition,
  service: string | undefined,
  input: GuardInput,
): { known: boolean; text: string } | undefined {
  const [, name = '', operator = '', wanted = ''] = CONDITION.exec(condition.metric) ?? [];
  if (name === '')
    return { known: true, text: `the condition "${condition.metric}" is not of the form: metric = number` };
  const value = input.metric(name, service);
  if (value === undefined)
    return { known: false, text: `${name} is not known, so "${condition.metric}" cannot be checked` };
  return compare(value, operator, Number(wanted))
    ? undefined
    : { known: true, text: `${name} is ${value}, not ${operator} ${wanted}` };
}

function compare(value: number, operator: string, wanted: number): boolean {
  if (operator === '!=') return value !== wanted;
  if (operator === '<') return value < wanted;
  if (operator === '<=') return value <= wanted;
  if (operator === '>') return value > wanted;
  if (operator === '>=') return value >= wanted;
  return value === wanted;
}
