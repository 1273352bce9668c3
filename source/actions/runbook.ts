import * as v from 'valibot';
import { dumpName } from '../backup/read.ts';
import type { Service } from '../desk/model.ts';
import { ownerOf } from '../desk/owner.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { duration } from '../lib/format.ts';
import { maskText } from '../lib/secrets.ts';
import { kindsOf, type Runbook } from '../settings/runbooks.ts';
import type { Action, Choice, Danger, Plan, PlanInput, Refusal } from './action.ts';
import { policyWarnings } from './notes.ts';
import { callOf, type RunbookCall } from './runbook/call.ts';
import { readValues, type Values } from './runbook/fill.ts';
import { fits } from './runbook/fit.ts';
import { runRunbook } from './runbook/run.ts';
import { isSentInside } from './send-signal.ts';
import { shownCommand } from './session.ts';
import { signalName } from './signals.ts';
import { containersOf, planObject, refuse, targetName } from './targets.ts';

const NAME = 'runbook';

const Parameters = v.strictObject({
  runbook: v.pipe(v.string(), v.nonEmpty(), v.description('its name')),
  with: v.optional(v.pipe(v.array(v.string()), v.description('its parameters, as name=value'))),
});
type Parameters = v.InferOutput<typeof Parameters>;
/** Where files go that it writes, and the time (ms since the epoch) for their names. */
type Facts = { directory: string; at: number };
type Input = PlanInput<Parameters, Facts>;

/** A named command of the settings, or one that is built in for the programs of trading stacks. */
export const runbook: Action<Parameters, Facts> = {
  name: NAME,
  title: 'Run a runbook on',
  help: 'run a named command: a check, a dump, a reload',
  danger: 0,
  on: ['service', 'container'],
  parameters: Parameters,
  output: true,
  choices,
  prepare: async ({ tools }) => ({ directory: tools.backupDirectory, at: tools.wallTime() }),
  plan: planRunbook,
  run: runRunbook,
  verify: async (_plan, { now, begun }, steps) => ({
    ok: true,
    text: `${[...new Set(steps.flatMap(({ result = [] }) => result))].join('; ')} (${duration(now() - begun)})`,
  }),
};

type Where = Pick<Input, 'state' | 'desk' | 'target' | 'settings'>;

function fitting({ state, desk, target, settings }: Where): { runbook: Runbook; containers: ContainerFacts[] }[] {
  const containers = containersOf(state, desk, target);
  const serviceOf = (one: ContainerFacts): Service | undefined => ownerOf(desk, one.id);
  return (settings.runbooks ?? [])
    .map((one) => ({
      runbook: one,
      containers: containers.filter((container) => fits(one, container, serviceOf(container))),
    }))
    .filter((one) => one.containers.length > 0);
}

function choices(where: Where): Choice[] {
  return fitting(where).map(({ runbook: { name, help, danger } }) => ({ words: [name], help, danger }));
}

function planRunbook(input: Input): Plan | Refusal {
  const { state, desk, target, settings, parameters, facts } = input;
  const name = targetName(state, desk, target);
  const no = (refused: string, change: string) => refuse(NAME, name, refused, change);
  if (containersOf(state, desk, target).length === 0) return no('it has no containers', 'create one first');
  const possible = fitting(input);
  const found = possible.find((one) => one.runbook.name === parameters.runbook);
  if (!found) {
    const known = settings.runbooks?.some((one) => one.name === parameters.runbook) === true;
    const names = possible.map((one) => one.runbook.name).join(', ');
    const refused = known ? `${parameters.runbook} is not meant for it` : `there is no runbook "${parameters.runbook}"`;
    return no(refused, names === '' ? 'write one under "runbooks" in the settings' : `it has ${names}`);
  }
  const { runbook: chosen } = found;
  const [kind = 'exec'] = kindsOf(chosen);
  const running = found.containers.filter((one) => one.state === 'running');
  const inside = kind === 'exec' || kind === 'signal';
  const able = inside ? running : found.containers;
  const [first] = able;
  if (!first) return no('it is not running', 'start it first');
  const given = readValues(chosen, parameters.with ?? []);
  if ('error' in given) return no(String(given.error), 'correct the command');
  const service = ownerOf(desk, first.id);
  const own = { service: service?.name ?? first.name, project: service?.project ?? '', container: first.name };
  const call = callOf(chosen, { ...(given as Values), ...own }, savePlace(chosen, first, facts));
  const objects = (kind === 'signal' ? able : [first]).map((one) => ({
    ...planObject(one, desk, noteOf(call), settings),
    ...(isReload(call, one) ? { inside: true as const } : {}),
    ...(chosen.danger >= 2 ? { interrupted: true as const } : {}),
  }));
  return {
    action: NAME,
    title: `Run ${chosen.name} on ${name}${chosen.help === '' ? '' : `: ${chosen.help}`}`,
    danger: chosen.danger as Danger,
    target,
    name,
    objects,
    warnings: [
      ...(chosen.warning === undefined ? [] : [chosen.warning]),
      ...signalWarnings(call, able),
      ...(kind === 'exec' && running.length > 1
        ? [`Of ${running.length} replicas it runs in ${first.name} only.`]
        : []),
    ],
    options: { runbook: chosen.name, command: commandText(call) },
    runbookCall: call,
    ...(chosen.confirm ? { confirm: true } : {}),
  };
}

function signalWarnings(call: RunbookCall, containers: readonly ContainerFacts[]): string[] {
  if (call.work.kind !== 'signal') return [];
  const byEngine = containers.filter((one) => !isReload(call, one));
  return policyWarnings(byEngine, call.work.signal);
}

/** A signal that is sent from inside, so that its restart policy stays on. */
function isReload({ work }: RunbookCall, container: ContainerFacts): boolean {
  return work.kind === 'signal' && isSentInside(container, signalName(work.signal) ?? work.signal);
}

function savePlace({ save, name }: Runbook, { name: container }: ContainerFacts, { directory, at }: Facts) {
  if (save === undefined) return undefined;
  return { directory, name: dumpName(`${container}-${name}`, at, save) };
}

const PLACES: Readonly<Record<RunbookCall['work']['kind'], string>> = {
  exec: 'runs in it',
  oneOff: 'runs in a new container like it, which is removed afterwards',
  host: 'runs on this machine',
  http: 'is requested from this machine',
  signal: 'to its main process',
};

/** Longer commands are cut for the dialog. */
const SHOWN = 160;

function noteOf(call: RunbookCall): string {
  const { work, save } = call;
  const text = commandText(call);
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  const user = 'user' in work && work.user !== undefined ? ` as ${work.user}` : '';
  const file = save ? `; its output goes to ${save.directory}/${save.name}` : '';
  return `${shown}: ${PLACES[work.kind]}${user}${file}`;
}

function commandText({ work }: RunbookCall): string {
  if (work.kind === 'signal') return work.signal;
  if (work.kind === 'http') return `${work.method} ${maskText(work.url)}`;
  return shownCommand(work.command);
}
