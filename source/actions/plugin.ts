import { errorWithAdvice } from '../lib/error.ts';
import { duration } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import type { Plugin } from '../settings/plugins.ts';
import type { Action, Plan, PlanInput, PlanObject, Refusal, RunContext, SessionEnd, Target } from './action.ts';
import { marksOfService } from './marks.ts';
import { type PluginValues, pluginCommand } from './plugin-command.ts';
import { shownCommand } from './session.ts';
import { refuse, servicesOf, targetName } from './targets.ts';

/** Kinds of targets that rows of tables can have. */
const ON: readonly Target['kind'][] = [
  'service',
  'container',
  'project',
  'volume',
  'image',
  'archive',
  'procedure',
  'node',
  'row',
];

/** The action of a plugin of the settings on one row, whose values are given. It is planned, guarded and recorded like all others. */
export function pluginAction(name: string, plugin: Plugin, values: PluginValues): Action {
  const { description, dangerous, background } = plugin;
  return {
    name: 'plugin',
    title: 'Run',
    help: description,
    danger: dangerous ? 3 : 1,
    on: ON,
    ...(background ? {} : { session: 'terminal' as const }),
    plan: (input) => planned(name, plugin, values, input),
    async run(plan, context) {
      const [object] = plan.objects;
      if (!object) return [];
      const begun = context.now();
      const end = await performed(plan, object, context).catch((error: unknown) => failed(errorWithAdvice(error)));
      const step = { object: object.name, call: name, ok: end.ok, ms: context.now() - begun };
      return [end.ok ? { ...step, result: end.text } : { ...step, error: end.text }];
    },
    verify: async (_plan, { now, begun }, [step]) => ({
      ok: step?.error === undefined,
      text: `${step?.error ?? step?.result ?? ''} (${duration(now() - begun)})`,
    }),
  };
}

function planned(name: string, plugin: Plugin, values: PluginValues, input: PlanInput): Plan | Refusal {
  const { state, desk, target } = input;
  const { description, dangerous, confirm = plugin.inputs.length > 0 } = plugin;
  const row = target.kind === 'row' ? (values.NAME ?? target.id) : targetName(state, desk, target);
  const call = pluginCommand(plugin, values);
  if ('refused' in call) return refuse(`plugin ${name}`, row, call.refused, 'change the plugin in the settings');
  const command = shownCommand(call.command);
  return {
    action: 'plugin',
    title: `Run ${name} on ${row}: ${description}`,
    danger: dangerous ? 3 : 1,
    target,
    name: row,
    objects: objectsOf(input, { id: `plugin ${name} ${target.kind} ${target.id}`, command, dangerous }),
    warnings: [],
    options: { plugin: name, command },
    hereCall: call,
    ...(confirm ? { confirm: true } : {}),
  };
}

/** The command, once for each service that it is about, so that protections, markets and conditions of these apply. */
function objectsOf(
  { state, desk, target, settings }: PlanInput,
  { id, command, dangerous }: { id: string; command: string; dangerous: boolean },
): PlanObject[] {
  const object = { kind: 'step' as const, name: command, note: 'runs on this machine' };
  const services = servicesOf(state, desk, target);
  if (services.length === 0) return [{ ...object, id }];
  return services.map((service) => {
    const [first] = service.containers;
    return {
      ...object,
      id: `${id} ${service.id}`,
      service: service.id,
      project: service.project,
      protectedBy: marksOfService(service, settings).protectedBy,
      ...(dangerous && first ? { interrupted: true as const, seen: { state: first.state } } : {}),
    };
  });
}

async function performed({ hereCall }: Plan, object: PlanObject, context: RunContext): Promise<SessionEnd> {
  if (!hereCall) return failed('its command is not known');
  if (context.talk) return context.talk(object, context);
  let last = '';
  const { code } = await context.tools.runHere(hereCall.command, {
    env: hereCall.env,
    signal: context.signal,
    onLine(line) {
      last = safe(line).slice(0, LONGEST_LINE) || last;
      context.progress(last);
    },
  });
  const how = context.signal.aborted ? 'cancelled' : `exit code ${code ?? 'unknown'}`;
  return { begun: true, ok: code === 0, text: last === '' ? how : `${how}: ${last}` };
}

const LONGEST_LINE = 200;

const failed = (text: string): SessionEnd => ({ begun: false, ok: false, text });
