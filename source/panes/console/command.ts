import type { Action } from '../../actions/action.ts';
import { actionNamed, actions } from '../../actions/list.ts';
import { usage } from '../../actions/parameters.ts';
import { serviceName } from '../../desk/identity.ts';
import type { ServiceId } from '../../lib/ids.ts';
import { suggestionFor } from '../../lib/suggestion.ts';
import { resourceOf, resourceOverHosts, resources } from '../../resources/registry.ts';
import type { AnyResource, TableScope } from '../../resources/resource.ts';
import { pages, panes } from '../registry.ts';
import type { CommandEntry, View } from '../shared/views.ts';
import { splitWords } from '../shared/words.ts';

/** The meaning of a typed command. Pure: names are resolved against the given services. */
export type Command =
  /** `context`: another docker context to connect to first. */
  | { kind: 'open'; view: View; filter?: string; context?: string }
  | { kind: 'project'; project?: string }
  | { kind: 'context'; name: string }
  | { kind: 'quit'; ask: boolean }
  | { kind: 'suspend' }
  | { kind: 'reload' }
  /** The column chooser of the table on the screen. */
  | { kind: 'columns' }
  | { kind: 'arm'; time: string }
  /** An action, the name of its target, and words for its parameters: `:scale exness/redis 3`. */
  | { kind: 'action'; action: Action; name: string; words: readonly string[] }
  /** The logs of a service on many hosts, or an action on it there. */
  | { kind: 'hosts'; what: 'logs' | Action; name: string; words: readonly string[] }
  /** A view of a service, built from the desk. */
  | { kind: 'about'; what: 'describe' | 'top'; service: ServiceId }
  /** A command of a pane that is on the screen. */
  | { kind: 'pane'; pane: string; name: string; argument: string; otherwise?: View }
  | { kind: 'incident'; name: string }
  /** `again`: the prompt opens with what was typed, to be put right there. */
  | { kind: 'error'; message: string; again?: true };

export type CommandWorld = {
  /** Ids and names of the services, for `:logs NAME`. */
  services: readonly { id: ServiceId; name: string; project?: string }[];
  projects: readonly string[];
  /** Docker contexts and hosts. */
  contexts: readonly string[];
  /** Incidents of the simulated engine. */
  incidents: readonly string[];
  /** Commands of the settings, by their alias. */
  aliases: Readonly<Record<string, string>>;
  /** The engine has listed its objects; before that no name can be rejected. */
  loaded: boolean;
  /** Many engines are looked at: some commands mean all of them then. */
  manyHosts?: boolean;
};

/** Commands that open neither a table nor a pane nor a page. */
const OWN: readonly CommandEntry[] = [
  { names: ['desk'], argument: '', help: 'the desk: services, health, logs, metrics' },
  { names: ['q', 'q!', 'quit', 'exit'], argument: '', help: 'quit' },
  { names: ['project', 'ns'], argument: '[name]', help: 'switch project (no name: list)' },
  {
    names: ['ctx', 'context'],
    argument: '[name]',
    help: 'connect to another docker context or host (no name: list)',
  },
  { names: ['previous'], argument: 'NAME', help: 'logs of the previous run' },
  { names: ['describe'], argument: 'NAME', help: 'describe a service' },
  { names: ['top'], argument: 'NAME', help: 'processes of a service' },
  { names: ['columns', 'cols'], argument: '', help: 'choose the columns of the table' },
  { names: ['reload'], argument: '', help: 'read the settings again (done by itself when a file changes)' },
  { names: ['suspend'], argument: '', help: 'suspend (fg resumes)' },
  { names: ['arm'], argument: '[10m|off]', help: 'allow actions for a time' },
  ...actions.map((action) => ({
    names: [action.name, ...(action.aliases ?? [])],
    argument: `${action.on.includes('unused') ? '[what]' : 'NAME'} ${usage(action)}`.trim(),
    help: action.help,
  })),
  { names: ['incident'], argument: 'NAME', help: 'play an incident (simulator only)' },
];

/** All commands that are not tables, as `ctrl-a` lists them. */
export const COMMANDS: readonly CommandEntry[] = [
  ...OWN,
  ...panes.flatMap(({ command, commands = [] }) => [command, ...commands]),
  ...pages.map(({ command }) => command),
];

/** `:services role=engine`: only tables of many hosts know that. */
const HOST_FILTER = /^(host|role|group|pair)=/;

/** Parses a command as k9s does: `svc exness`, `svc /redis`, `svc app=fred`, `svc @prod`, `logs redis`. */
export function parseCommand(typed: string, world: CommandWorld): Command {
  const text = withoutAlias(typed, world);
  const [word = '', ...rest] = text.trim().split(/\s+/);
  const argument = rest.join(' ');
  const name = word.toLowerCase();
  if (/^(project|ns)$/.test(name) && argument !== '') return chooseProject(argument, world);
  const everywhere = world.manyHosts || HOST_FILTER.test(argument) ? resourceOverHosts(name) : undefined;
  const resource = everywhere ?? resourceOf(name);
  const action = actionNamed(name);
  // A table that has the name of an action is opened without an argument: `:maintenance`, `:maintenance weekly`.
  if (resource && !(action && argument !== '')) return openTable(resource, argument, world);
  if (action) return overHosts(act(action, text.trim().slice(word.length)), world);
  const pane = panes.find(({ command }) => command.names.includes(name));
  if (pane) return openPane(pane.name, name, argument, world);
  const owner = panes.find(({ commands = [] }) => commands.some(({ names }) => names.includes(name)));
  const own = owner?.commands?.find(({ names }) => names.includes(name))?.names[0];
  if (owner && own !== undefined) {
    const focus = owner.commands?.find(({ names }) => names.includes(name))?.focus?.(argument);
    const service = world.services[0]?.id;
    const otherwise: View | undefined =
      focus && service !== undefined ? { kind: 'pane', pane: owner.name, service, ...focus } : undefined;
    return { kind: 'pane', pane: owner.name, name: own, argument, otherwise };
  }
  const page = pages.find(({ command }) => command.names.includes(name));
  if (page) return { kind: 'open', view: { kind: 'page', page: page.name } };
  switch (OWN.find(({ names }) => names.includes(name))?.names[0]) {
    case 'desk':
      return { kind: 'open', view: { kind: 'desk' } };
    case 'q':
      return { kind: 'quit', ask: false };
    case 'ctx':
      return argument === ''
        ? { kind: 'open', view: { kind: 'table', resource: 'contexts', scope: {} } }
        : { kind: 'context', name: argument };
    case 'previous':
      return ofService(name, argument, world, (service) => ({
        kind: 'open',
        view: { kind: 'pane', pane: 'logs', service, previous: true },
      }));
    case 'describe':
      return ofService(name, argument, world, (service) => ({ kind: 'about', what: 'describe', service }));
    case 'top':
      return ofService(name, argument, world, (service) => ({ kind: 'about', what: 'top', service }));
    case 'columns':
      return { kind: 'columns' };
    case 'reload':
      return { kind: 'reload' };
    case 'suspend':
      return { kind: 'suspend' };
    case 'arm':
      return { kind: 'arm', time: argument };
    case 'incident':
      return { kind: 'incident', name: argument };
    default:
      return {
        kind: 'error',
        message: `There is no command "${word}".${suggestionFor(name, commandNames(world))} {everywhere.aliases} lists all commands.`,
      };
  }
}

/** An alias stands for the command of the settings; what follows it is kept. */
function withoutAlias(typed: string, { aliases }: CommandWorld): string {
  const [, word = '', rest = ''] = /^\s*(\S+)(.*)$/s.exec(typed) ?? [];
  return Object.hasOwn(aliases, word) ? `${aliases[word]}${rest}` : typed;
}

/** Every word that a command can begin with. */
export function commandNames({ aliases }: Pick<CommandWorld, 'aliases'>): string[] {
  return [
    ...Object.keys(aliases),
    ...resources.flatMap((one) => one.aliases),
    ...COMMANDS.flatMap(({ names }) => names),
  ];
}

function chooseProject(name: string, { projects, loaded }: CommandWorld): Command {
  if (name === 'all') return { kind: 'project' };
  return projects.includes(name) || !loaded
    ? { kind: 'project', project: name }
    : { kind: 'error', message: noProject(name, projects) };
}

function noProject(name: string, projects: readonly string[]): string {
  const near = suggestionFor(name, projects);
  return `There is no project "${name}".${near || ` Projects: ${projects.join(', ') || 'none'}.`}`;
}

function openTable(resource: AnyResource, argument: string, world: CommandWorld): Command {
  const view = (scope: TableScope = {}): View => ({ kind: 'table', resource: resource.name, scope });
  if (argument === '') return { kind: 'open', view: view() };
  if (argument.startsWith('@')) return { kind: 'open', view: view(), context: argument.slice(1) };
  if (argument.startsWith('/')) return { kind: 'open', view: view(), filter: argument.slice(1) };
  if (argument.includes('=')) return { kind: 'open', view: view(), filter: `-l ${argument}` };
  if (resource.hosts !== undefined) return { kind: 'open', view: view(), filter: argument };
  if (world.projects.includes(argument) || !world.loaded) return { kind: 'open', view: view({ project: argument }) };
  if (resource.byService) {
    const service = serviceNamed(argument, world, 'project or service');
    return typeof service === 'string' ? { kind: 'open', view: view({ service }) } : service;
  }
  return {
    kind: 'error',
    message: noProject(argument, world.projects),
  };
}

/** Words with quotes as in a shell: the name of the target, then the parameters. */
function act(action: Action, argument: string): Command {
  const split = splitWords(argument);
  if (typeof split === 'string') return { kind: 'error', message: split };
  const nameless = action.on.includes('unused') && (split[0]?.startsWith('--') ?? true);
  const [name, ...words] = nameless ? ['', ...split] : split;
  return name === undefined ? needsName(action.name) : { kind: 'action', action, name, words };
}

/** While many hosts are looked at, an action on a service means theirs. */
function overHosts(command: Command, { manyHosts }: CommandWorld): Command {
  if (!manyHosts || command.kind !== 'action' || !command.action.on.includes('service')) return command;
  const { action: what, name, words } = command;
  return { kind: 'hosts', what, name, words };
}

/** While many hosts are looked at, logs are those of all of them. */
function openPane(pane: string, typed: string, argument: string, world: CommandWorld): Command {
  if (pane === 'logs' && world.manyHosts && argument !== '')
    return { kind: 'hosts', what: 'logs', name: argument, words: [] };
  return ofService(typed, argument, world, (service) => ({ kind: 'open', view: { kind: 'pane', pane, service } }));
}

function needsName(command: string): Command {
  return { kind: 'error', message: `:${command} needs the name of a service, such as :${command} redis.` };
}

function ofService(
  command: string,
  argument: string,
  world: CommandWorld,
  open: (service: ServiceId) => Command,
): Command {
  if (argument === '') return needsName(command);
  const service = serviceNamed(argument, world);
  return typeof service === 'string' ? open(service) : service;
}

/** Id of the service named `redis` or `exness/redis`, or why there is none. */
function serviceNamed(argument: string, { services, loaded }: CommandWorld, what = 'service'): ServiceId | Command {
  const [project, name] = argument.includes('/') ? argument.split('/', 2) : [undefined, argument];
  const found = services.filter(
    (service) => service.name === name && (project === undefined || service.project === project),
  );
  if (found.length === 1 && found[0]) return found[0].id;
  if (found.length === 0) return unknownService(argument, services.map(serviceName), loaded, what);
  return {
    kind: 'error',
    again: true,
    message: `${argument} is ambiguous: ${found.map((service) => `${service.project}/${service.name}`).join(', ')}.`,
  };
}

/** A part of a name is kept to be completed; else what may have been meant is suggested. */
function unknownService(typed: string, names: readonly string[], loaded: boolean, what: string): Command {
  if (!loaded) return { kind: 'error', message: 'The engine has not listed its services yet.' };
  const parts = names.filter((name) => name.includes(typed));
  if (parts.length > 0)
    return {
      kind: 'error',
      again: true,
      message: `No ${what} is named "${typed}", but ${parts.slice(0, 3).join(', ')}.`,
    };
  const own = names.map((name) => name.split('/').at(-1) ?? name);
  return { kind: 'error', message: `There is no ${what} "${typed}".${suggestionFor(typed, [...names, ...own])}` };
}
