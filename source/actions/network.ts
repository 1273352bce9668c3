import * as v from 'valibot';
import { LABEL } from '../desk/identity.ts';
import type { ContainerFacts, NetworkFacts } from '../engine/facts.ts';
import type { Action, Plan, PlanInput, PlanObject, Refusal, RunContext } from './action.ts';
import { change } from './change.ts';
import { ON_CONTAINERS } from './lifecycle.ts';
import { inOrder } from './schedule.ts';
import { containersOf, planObject, refuse, targetName } from './targets.ts';
import { watch, watchAll } from './watch.ts';

const network = v.pipe(v.string(), v.nonEmpty('must be the name of a network'), v.description('name of the network'));
const Connect = v.strictObject({
  network,
  alias: v.optional(v.pipe(v.string(), v.nonEmpty(), v.description('another name for it on that network'))),
});
const Disconnect = v.strictObject({ network });
type Parameters = { network: string; alias?: string };
type Input = PlanInput<Parameters, readonly NetworkFacts[]>;

/** Attaches containers to a network, as they run. */
export const connect: Action<Parameters, readonly NetworkFacts[]> = {
  name: 'connect',
  title: 'Connect',
  help: 'connect running containers to a network',
  danger: 1,
  on: ON_CONTAINERS,
  parameters: Connect,
  prepare: ({ engine, signal }) => engine.networks({ signal }),
  plan: (input) => planNetwork(input, true),
  run: (plan, context) =>
    inOrder(plan.objects, 1, context, async (object) => {
      const { network: id, networkName, alias } = optionsOf(plan);
      const endpoint = alias === '' ? {} : { Aliases: [alias] };
      return [
        await change(
          object,
          `connect to ${networkName}`,
          context,
          () => context.engine.connect(id, object.id, endpoint),
          (container) => isAttached(container, networkName),
        ),
      ];
    }),
  verify: (plan, context) => verifyAttached(plan, context, true),
};

/** Takes containers off a network, as they run. */
export const disconnect: Action<Parameters, readonly NetworkFacts[]> = {
  name: 'disconnect',
  title: 'Disconnect',
  help: 'disconnect running containers from a network',
  danger: 2,
  interrupts: true,
  on: ON_CONTAINERS,
  parameters: Disconnect,
  prepare: ({ engine, signal }) => engine.networks({ signal }),
  plan: (input) => planNetwork(input, false),
  run: (plan, context) =>
    inOrder(plan.objects, 1, context, async (object) => {
      const { network: id, networkName } = optionsOf(plan);
      return [
        await change(
          object,
          `disconnect from ${networkName}`,
          context,
          () => context.engine.disconnect(id, object.id),
          (container) => !isAttached(container, networkName),
        ),
      ];
    }),
  verify: (plan, context) => verifyAttached(plan, context, false),
};

function isAttached(container: ContainerFacts | undefined, name: string): boolean {
  return container?.attachments.some((one) => one.network === name) ?? false;
}

function optionsOf({ options = {} }: Plan): { network: string; networkName: string; alias: string } {
  return {
    network: String(options.network),
    networkName: String(options.networkName),
    alias: String(options.alias ?? ''),
  };
}

function planNetwork({ state, desk, target, settings, parameters, facts }: Input, joins: boolean): Plan | Refusal {
  const action = joins ? 'connect' : 'disconnect';
  const name = targetName(state, desk, target);
  const no = (refused: string, change: string) => refuse(action, name, refused, change);
  const found = facts.find((one) => one.name === parameters.network || one.id === parameters.network);
  if (!found) return no(`there is no network ${parameters.network}`, 'look at :networks');
  const containers = containersOf(state, desk, target);
  if (containers.length === 0) return no('it has no containers', 'bring it up first');
  const shared = containers.find(({ detail }) => /^(host|none|container:)/.test(detail?.networkMode ?? ''));
  if (shared) {
    const mode = shared.detail?.networkMode ?? '';
    const what = mode.startsWith('container:') ? "another container's network" : `the network mode ${mode}`;
    return no(`${shared.name} uses ${what}`, 'recreate it with its own networks');
  }
  const fitting = containers.filter((one) => isAttached(one, found.name) !== joins);
  if (fitting.length === 0)
    return no(`it is ${joins ? 'already' : 'not'} on the network ${found.name}`, 'choose another network');
  const note = joins ? `joins ${found.name}${alias(parameters)}` : `leaves ${found.name}`;
  return {
    action,
    title: `${joins ? 'Connect' : 'Disconnect'} ${name} ${joins ? 'to' : 'from'} ${found.name}`,
    danger: joins ? 1 : 2,
    target,
    name,
    objects: fitting.map(
      (one): PlanObject => ({
        ...planObject(one, desk, note, settings),
        ...(joins ? {} : { interrupted: true as const }),
      }),
    ),
    warnings: joins ? managed(fitting) : [...alone(fitting), ...managed(fitting)],
    options: { network: found.id, networkName: found.name, ...(joins ? { alias: parameters.alias ?? '' } : {}) },
  };
}

function alias(parameters: Parameters): string {
  return parameters.alias === undefined ? '' : ` as ${parameters.alias}`;
}

/** Nothing reaches a container that is on no network. */
function alone(containers: readonly ContainerFacts[]): string[] {
  const last = containers.filter(({ attachments }) => attachments.length === 1).map(({ name }) => name);
  return [
    'Open connections over this network break, and others no longer find it by name there.',
    ...(last.length === 0
      ? []
      : [`It is the only network of ${last.join(', ')}: published ports stop working until it is connected again.`]),
  ];
}

function managed(containers: readonly ContainerFacts[]): string[] {
  return containers.some(({ labels }) => labels[LABEL.project] !== undefined)
    ? ['The compose file keeps its networks: the next recreate brings them back. Change the file too.']
    : [];
}

function verifyAttached(plan: Plan, context: RunContext, wanted: boolean) {
  const { networkName } = optionsOf(plan);
  return watchAll(plan.objects, context, (object) =>
    watch(object, context, {
      since: context.begun,
      judge(container) {
        if (container === undefined) return { ok: false, text: 'was removed meanwhile' };
        const address = container.attachments.find((one) => one.network === networkName)?.address;
        const on = isAttached(container, networkName);
        const at = address ? ` at ${address}` : '';
        return { ok: on === wanted, text: on ? `is on ${networkName}${at}` : `is not on ${networkName}` };
      },
      waiting: ({ state }) => state,
    }),
  );
}
