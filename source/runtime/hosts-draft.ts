import type { Action, Danger, Outcome, Plan, PlanObject, Refusal } from '../actions/action.ts';
import { readWords } from '../actions/parameters.ts';
import type { FleetHost } from '../fleet/model.ts';
import type { Clock } from '../lib/clock.ts';
import { engineId } from '../lib/ids.ts';
import type { Draft, OnHosts } from '../panes/shared/services.ts';
import {
  type HostsPlan,
  type HostsResult,
  isDone,
  planOnHosts,
  type RolloutDeps,
  resultText,
  rollOut,
} from './rollout.ts';

export type HostsDraftDeps = Omit<RolloutDeps, 'progress' | 'signal'> & {
  clock: Clock;
  /** Between two waves (ms). */
  soakMs?: number;
  hosts(): readonly FleetHost[];
};

/** One plan for many hosts, as a single dialog shows it: it is typed, with their number. */
export async function draftOnHosts(
  action: Action,
  { service, hosts }: OnHosts,
  words: readonly string[],
  deps: HostsDraftDeps,
): Promise<Draft | Refusal> {
  const refusal = (refused: string, change: string) => ({ action: action.name, name: service, refused, change });
  if (action.session !== undefined)
    return refusal('it works on one host at a time', 'open the desk of a host with enter');
  const read = readWords(action, words);
  if ('error' in read) return refusal(read.error, 'correct the command');
  const fleet = deps.hosts();
  const chosen = fleet.filter(({ spec }) => hosts.includes(spec.name));
  const request = { action, target: service, parameters: read.parameters };
  const made = await planOnHosts(request, chosen, fleet, deps);
  if (made.waves.length === 0) {
    const why = made.leftOut.map((one) => `${one.host}: ${one.why}`).join('; ');
    return refusal(`no host can be acted on (${why})`, 'see :fleet');
  }
  const count = made.waves.flat().length;
  const several = count > 1;
  const { alternatives: _, leaveOut: __, ...alone } = action;
  return {
    action: alone,
    plan: planOf(made),
    reasons: [`It is done on ${several ? 'several hosts: their' : 'a host of the fleet: the'} number must be typed.`],
    parameters: read.parameters,
    words,
    where: several ? `${count} hosts, one after the other as listed` : made.waves.flat().join(''),
    async perform({ signal, progress, reason }) {
      const begun = deps.clock.now();
      const result = await rollOut(made, { reason, soakMs: deps.soakMs }, { ...deps, signal, progress });
      if (result.unrecorded !== undefined)
        return {
          kind: 'refused',
          refusal: refusal(`the audit log cannot be written: ${result.unrecorded}`, 'see audit.directory'),
        };
      return { kind: 'done', outcome: outcomeOf(result, deps.clock.now() - begun) };
    },
  };
}

function planOf({ request, waves, leftOut, plans, danger, name }: HostsPlan): Plan {
  const objects = waves.flatMap((wave, at) =>
    wave.map((host): PlanObject => {
      const note = `${at === 0 ? 'canary' : `batch ${at}`}: ${plans.get(host)?.plan?.title ?? request.action.name}`;
      return { kind: 'container', id: host, name: host, note, wave: at };
    }),
  );
  const warnings = [...plans.values()].flatMap(({ plan, reasons = [] }) => [...reasons, ...(plan?.warnings ?? [])]);
  return {
    action: request.action.name,
    title: `${request.action.title} ${name}`,
    danger: Math.max(3, danger) as Danger,
    target: { engine: engineId('fleet'), kind: 'marked', id: name, ids: waves.flat() },
    name,
    objects,
    warnings: [...leftOut.map(({ host, why }) => `${host} is left out: ${why}`), ...new Set(warnings)],
  };
}

function outcomeOf(result: HostsResult, ms: number): Outcome {
  const all = [...result.done, ...result.failed];
  return {
    ok: isDone(result),
    cancelled: result.stopped === 'cancelled',
    steps: all.flatMap(({ host, report }) =>
      (report.outcome?.steps ?? []).map((step) => ({ ...step, object: `${host}: ${step.object}` })),
    ),
    verification: resultText(result),
    ms,
  };
}
