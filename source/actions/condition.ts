import { isUp } from '../lib/container-state.ts';
import { matching } from '../lib/glob.ts';
import type { ServiceId } from '../lib/ids.ts';
import type { Plan, PlanObject } from './action.ts';
import { actionNamed } from './list.ts';

/** A condition on a metric that must be true before some actions: "nanoarb_position = 0" before nanoarb is stopped. */
export type Condition = {
  /** Service names, `project/service` or globs it applies to. */
  services: readonly string[];
  /** Action names; one that interrupts the program stands for all that do. Absent: all of those, and everything of danger 2. */
  actions?: readonly string[];
  /** `metric operator number` for every series, or `sum(metric) operator number`; operators = != < <= > >=. */
  metric: string;
  /** If it is not true, or unknown: refuse (the default), or raise to danger 3, so that the name must be typed. */
  otherwise?: 'refuse' | 'raise';
};

/** The current values of a metric: every series of every replica of a service, or why they are unknown. */
export type MetricReading =
  | { known: true; values: readonly { value: number; series: string }[] }
  | { known: false; why: string };

export type ReadMetric = (name: string, service: ServiceId | undefined) => MetricReading;

/** Why a condition blocks a plan, in words, and what would have to change. */
export type Finding = { text: string; change: string };

/** The obstacles to a plan from one condition; empty if it is true or does not apply. */
export function checkCondition(condition: Condition, plan: Plan, read: ReadMetric): Finding[] {
  const concerned = plan.objects.filter(
    (object) =>
      // Only what is up has a state worth checking: a dead engine may always be started.
      (object.seen === undefined ? object.fresh !== true : isUp(object.seen)) &&
      covers(condition, plan, object) &&
      matching(condition.services, namesOf(object)) !== undefined,
  );
  const services = [...new Set(concerned.map((object) => object.service))];
  return services.flatMap((service) => check(condition, service, read) ?? []);
}

/** What interrupts the program is covered by every condition that names anything of the kind. */
function covers({ actions }: Condition, plan: Plan, object: PlanObject): boolean {
  const interrupts = object.interrupted === true;
  const danger = plan.baseDanger ?? plan.danger;
  if (actions === undefined) return interrupts || danger >= 2;
  const named = actions.map(actionNamed);
  return named.some((action) => action?.name === plan.action || (interrupts && action?.interrupts === true));
}

function namesOf(object: PlanObject): string[] {
  const path = object.service?.replace(/^\w+:/, '') ?? object.name;
  return [object.name, path, path.split('/').at(-1) ?? path];
}

const CONDITION =
  /^\s*(?:(sum|min|max|avg|count)\(\s*)?([A-Za-z_:][\w:]*)\s*(\))?\s*(=|==|!=|<|<=|>|>=)\s*(-?\d+(?:\.\d+)?)\s*$/;

type Parsed = { aggregation: string | undefined; name: string; operator: string; wanted: number };

function parse(text: string): Parsed | undefined {
  const [all, aggregation, name = '', close, operator = '', wanted] = CONDITION.exec(text) ?? [];
  if (all === undefined || (aggregation === undefined) !== (close === undefined)) return undefined;
  return { aggregation, name, operator, wanted: Number(wanted) };
}

/** Undefined when the condition holds. */
function check(condition: Condition, service: ServiceId | undefined, read: ReadMetric): Finding | undefined {
  const parsed = parse(condition.metric);
  if (parsed === undefined)
    return {
      text: `the condition "${condition.metric}" is not of the form: metric = number`,
      change: 'correct the condition in the settings',
    };
  const { aggregation, name, operator, wanted } = parsed;
  const reading = read(name, service);
  if (!reading.known)
    return {
      text: `${name} is not known, so "${condition.metric}" cannot be checked: ${reading.why}`,
      change: 'make the metric readable, or let the condition raise the danger instead (otherwise: raise)',
    };
  const change = `make ${condition.metric} true first, or change the condition in the settings`;
  if (aggregation !== undefined) {
    const value = aggregate(
      aggregation,
      reading.values.map((one) => one.value),
    );
    if (compare(value, operator, wanted)) return undefined;
    return { text: `${aggregation}(${name}) is ${value}, not ${operator} ${wanted}`, change };
  }
  const wrong = reading.values.filter(({ value }) => !compare(value, operator, wanted));
  const [first] = wrong;
  if (first === undefined) return undefined;
  const more = wrong.length === 1 ? '' : ` (and ${wrong.length - 1} more of ${reading.values.length} series)`;
  return { text: `${first.series} is ${first.value}, not ${operator} ${wanted}${more}`, change };
}

function aggregate(how: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (how === 'sum') return sum;
  if (how === 'count') return values.length;
  if (how === 'avg') return sum / values.length;
  // Not Math.min: a NaN must stay one whatever its place.
  return values.some(Number.isNaN) ? Number.NaN : how === 'min' ? Math.min(...values) : Math.max(...values);
}

/** No condition is true for NaN. */
function compare(value: number, operator: string, wanted: number): boolean {
  if (Number.isNaN(value)) return false;
  if (operator === '!=') return value !== wanted;
  if (operator === '<') return value < wanted;
  if (operator === '<=') return value <= wanted;
  if (operator === '>') return value > wanted;
  if (operator === '>=') return value >= wanted;
  return value === wanted;
}
