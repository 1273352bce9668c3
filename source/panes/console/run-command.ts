import type { Dispatch } from 'react';
import { askedFor } from '../../actions/parameters.ts';
import { targetOf } from '../../actions/resolve.ts';
import { serviceOnHosts } from '../../fleet/select.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import { parseDuration } from '../../lib/format.ts';
import { engineId, serviceId } from '../../lib/ids.ts';
import type { CellContext } from '../../resources/resource.ts';
import { services } from '../../resources/services.ts';
import { askParameters } from '../shared/ask-parameters.ts';
import type { Controls } from '../shared/console-context.ts';
import type { ConsoleAction } from '../shared/console-state.ts';
import type { AppServices } from '../shared/services.ts';
import { type Command, type CommandWorld, parseCommand } from './command.ts';
import { quit } from './use-console-keys.ts';

export function commandWorld({ desk, state, fleet }: CellContext, host: AppServices): CommandWorld {
  return {
    manyHosts: fleet !== undefined,
    contexts: host.fleet.get().hosts.map(({ spec }) => spec.name),
    incidents: host.incident?.names ?? [],
    aliases: host.settings.aliases,
    services: desk.services,
    projects: desk.projects.map(({ name }) => name),
    loaded: state.lastUpdateAt !== undefined,
  };
}

export type CommandDeps = {
  host: AppServices;
  controls: Controls;
  dispatch: Dispatch<ConsoleAction>;
  world: CellContext;
  suspend(): void;
  /** Hosts that are marked on the screen. */
  marks(): readonly string[];
};

/** Runs the command typed after the colon. */
export function runCommand(text: string, { host, controls, dispatch, world, suspend, marks }: CommandDeps): void {
  const command = parseCommand(text, commandWorld(world, host));
  switch (command.kind) {
    case 'open':
      controls.open(command.view, command.filter);
      return command.context === undefined ? undefined : void switchContext(command.context, host, controls);
    case 'project':
      dispatch({ type: 'project', project: command.project });
      return dispatch({ type: 'open', view: { kind: 'desk' } });
    case 'context':
      return controls.follow({ open: 'context', name: engineId(command.name) });
    case 'quit':
      return quit({}, dispatch, controls, host);
    case 'reload':
      return host.reload();
    case 'columns':
      if (!controls.command('columns', '')) controls.flash('info', 'There is no table on the screen.');
      return;
    case 'suspend':
      return suspend();
    case 'arm':
      return arm(command.time, host, controls);
    case 'action':
      return act(command, { host, controls, world });
    case 'hosts':
      return onManyHosts(command, { controls, world, marks });
    case 'about':
      return openAbout(command, controls, world);
    case 'pane':
      if (controls.command(command.name, command.argument)) return;
      if (command.otherwise) return controls.open(command.otherwise);
      return controls.flash(
        'info',
        `:${command.name} works while ${command.pane} are on the screen: :${command.pane} NAME opens them.`,
      );
    case 'incident':
      return void playIncident(command.name, host, controls);
    case 'error':
      if (command.again) dispatch({ type: 'prompt', prompt: { kind: 'command', initial: text } });
      return controls.flash('bad', command.message);
  }
}

function openAbout(
  { what, service: id }: Extract<Command, { kind: 'about' }>,
  controls: Controls,
  world: CellContext,
): void {
  const service = world.desk.byId.get(id);
  const found = service && services.inspect?.(service);
  const about = found && { ...found, engine: world.state.engineId };
  if (!service || !about) return controls.flash('info', 'The service has no container.');
  const name = services.nameOf(service);
  if (what === 'describe') return controls.open({ kind: 'describe', about, name, service: id });
  controls.open({ kind: 'processes', containers: service.containers.map((one) => one.id), name });
}

/** Asks for missing parameters. */
function act(
  { action, name, words }: Extract<Command, { kind: 'action' }>,
  { host, controls, world }: Pick<CommandDeps, 'host' | 'controls' | 'world'>,
): void {
  const target = targetOf(action, name, world.state, world.desk);
  if ('refused' in target) return controls.flash('bad', `${target.refused}. ${target.change}.`);
  if (words.length === 0 && askedFor(action).length > 0)
    return askParameters(action, target, { host, world, controls });
  controls.plan(action, target, { words });
}

/** On the hosts that are marked; logs without marks on all that have the service. */
function onManyHosts(
  { what, name, words }: Extract<Command, { kind: 'hosts' }>,
  { controls, world, marks }: Pick<CommandDeps, 'controls' | 'world' | 'marks'>,
): void {
  const hosts = world.fleet?.hosts ?? [];
  const service = serviceOnHosts(name, hosts);
  if ('error' in service) return controls.flash('bad', service.error);
  const marked = hosts.map(({ spec }) => spec.name).filter((one) => marks().includes(one));
  if (what === 'logs') {
    const having = marked.length > 0 ? marked : service.hosts;
    const over = { service: service.name, hosts: having };
    return controls.open({ kind: 'pane', pane: 'logs', service: serviceId(''), over });
  }
  if (marked.length === 0)
    return controls.flash('warn', `Mark the hosts first, with {table.mark} in :fleet; or act on a row of :services.`);
  controls.planOnHosts(what, { service: service.name, hosts: marked }, words);
}

/** Stays in the view that was opened. */
async function switchContext(name: string, host: AppServices, controls: Controls): Promise<void> {
  try {
    await host.switchContext(name);
    controls.flash('good', `Context ${name}: ${host.endpoint()}`);
  } catch (error) {
    controls.flash('bad', errorWithAdvice(error));
  }
}

/** `10m`, `90s`, `1h`; a bare number is minutes, nothing is ten minutes. At most eight hours. */
export function parseTime(text: string): number | undefined {
  if (text === '') return 10 * 60_000;
  if (text === 'off') return 0;
  const ms = parseDuration(text, 'm') ?? 0;
  return ms > 0 && ms <= 8 * 3_600_000 ? ms : undefined;
}

function arm(text: string, host: AppServices, controls: Controls): void {
  if (!host.readonly() && host.armedUntil() === undefined)
    return controls.flash('info', 'The console is not read-only: there is nothing to arm.');
  const ms = parseTime(text);
  if (ms === undefined)
    return controls.flash('bad', `"${text}" is not a valid duration; use 90s, 10m, 1h (at most 8h) or off.`);
  host.arm(ms);
  controls.flash(
    ms === 0 ? 'good' : 'warn',
    ms === 0 ? 'Read-only again.' : `Armed for ${text || '10m'}: actions are allowed.`,
  );
}

async function playIncident(name: string, host: AppServices, controls: Controls): Promise<void> {
  if (!host.incident) return controls.flash('bad', 'Only the simulated engine plays incidents: start "deskhand demo".');
  const { names, play } = host.incident;
  if (!names.includes(name))
    return controls.flash('bad', `There is no incident "${name}". Incidents: ${names.join(', ')}.`);
  try {
    await play(name);
    controls.flash('warn', `Playing incident ${name}.`);
  } catch (error) {
    controls.flash('bad', errorWithAdvice(error));
  }
}
