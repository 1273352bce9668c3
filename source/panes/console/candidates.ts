import { actionNamed } from '../../actions/list.ts';
import { parametersOf } from '../../actions/parameters.ts';
import { PRUNE_TARGETS } from '../../actions/prune.ts';
import { serviceName } from '../../desk/identity.ts';
import { resourceOf, resources } from '../../resources/registry.ts';
import type { CommandEntry } from '../shared/views.ts';
import { COMMANDS, type CommandWorld } from './command.ts';

/** What can follow what was typed after `:`. Pure. */

/** `word` takes the place of the last word typed. */
export type Candidate = { word: string; about: string };

/** The words that fit what was typed so far, the likeliest first: those that begin with it before those that hold it. */
export function candidatesFor(text: string, world: CommandWorld): Candidate[] {
  const typed = text.trimStart();
  const space = typed.indexOf(' ');
  if (space < 0) return fitting(typed.toLowerCase(), commands(world));
  const words = typed.split(/\s+/);
  const last = words.at(-1) ?? '';
  return fitting(last, argumentsOf(words[0] ?? '', words.length - 1, world));
}

/** What was typed with a candidate in place of its last word. */
export function completed(text: string, { word }: Candidate): string {
  return `${text.slice(0, text.lastIndexOf(' ') + 1)}${word}`;
}

/** Names of several words at once: those of a command under its first name, the others once they are typed. */
type Named = { names: readonly string[]; about: string };

function commands({ aliases }: CommandWorld): Named[] {
  const entry = ({ names, argument, help }: CommandEntry) => ({ names, about: `${argument} ${help}`.trim() });
  return [
    ...Object.entries(aliases).map(([name, command]) => ({ names: [name], about: `alias of :${command}` })),
    ...resources.map(({ aliases: names, title }) => ({ names, about: title.toLowerCase() })),
    ...COMMANDS.map(entry),
  ];
}

const named = (words: readonly string[], about: string): Named[] => words.map((word) => ({ names: [word], about }));

/** What a command takes: after its name (position 1), and after that. */
function argumentsOf(name: string, position: number, world: CommandWorld): Named[] {
  if (position > 1) return flagsOf(name);
  const projects = named(world.projects, 'project');
  const services = named(world.services.map(serviceName), 'service');
  const resource = resourceOf(name);
  if (resource)
    return [
      ...projects,
      ...(resource.byService ? services : []),
      ...named(
        world.contexts.map((one) => `@${one}`),
        'on another context',
      ),
    ];
  const action = actionNamed(name);
  if (action?.on.includes('unused')) return named(PRUNE_TARGETS, 'what to prune');
  const entry = COMMANDS.find(({ names }) => names.includes(name));
  switch (entry?.names[0]) {
    case 'ctx':
      return named(world.contexts, 'docker context');
    case 'project':
      return [...projects, ...named(['all'], 'all projects')];
    case 'incident':
      return named(world.incidents, 'incident');
    case 'arm':
      return [...named(['10m', '1h'], 'allow actions for that time'), ...named(['off'], 'read-only again')];
    default:
      if (!entry?.argument.startsWith('NAME')) return [];
      return action?.on.includes('project') ? [...services, ...projects] : services;
  }
}

/** The flags of an action, after its target. */
function flagsOf(name: string): Named[] {
  const action = actionNamed(name);
  return action ? parametersOf(action).map(({ name: flag, help }) => ({ names: [`--${flag}`], about: help })) : [];
}

/** Of each the first name that fits. */
function fitting(typed: string, all: readonly Named[]): Candidate[] {
  const first = all.flatMap(({ names, about }) => {
    const word = names.find((name) => name.startsWith(typed));
    return word === undefined ? [] : [{ word: typed === '' ? (names[0] ?? word) : word, about }];
  });
  const taken = new Set(first.map(({ word }) => word));
  const rest = all.flatMap(({ names, about }) => {
    const [word = ''] = names;
    return typed !== '' && !taken.has(word) && names.some((name) => name.includes(typed)) ? [{ word, about }] : [];
  });
  return [...first, ...rest];
}
