import * as v from 'valibot';
import { suggestionFor } from '../../lib/suggestion.ts';

/**
 * What `deskhand mcp` offers to other tools: each tool is one of the commands that only read, with its JSON as the answer. `plan` shows
 * what an action would do; nothing here can do it.
 */
export type Tool = {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  inputSchema: { type: 'object'; properties: Readonly<Record<string, object>>; required: readonly string[] };
  /** The command line for these arguments; throws a ValiError where they do not fit. */
  commandLine(given: unknown): readonly string[];
  /** The part of the command's answer that is wanted; throws where it has none. Default: all of it. */
  part?(answer: string, given: unknown): string;
};

type Field = { about: string; list?: true; needed?: true };

/**
 * Arguments become flags, and those in `words` words behind `--`, where nothing is taken for a flag; those that are `apart` are not for the
 * command.
 */
function tool(
  name: string,
  description: string,
  fields: Readonly<Record<string, Field>>,
  {
    command,
    words = [],
    apart = [],
  }: { command: readonly string[]; words?: readonly string[]; apart?: readonly string[] },
): Tool {
  const entries = Object.entries(fields);
  const text = v.pipe(v.string(), v.nonEmpty());
  const Arguments = v.strictObject(
    Object.fromEntries(
      entries.map(([key, { list, needed }]) => {
        const value = list ? v.array(text) : text;
        return [key, needed ? value : v.optional(value)];
      }),
    ),
  );
  const properties = entries.map(([key, { about, list }]) => {
    const type = list ? { type: 'array', items: { type: 'string' } } : { type: 'string' };
    return [key, { ...type, description: about }];
  });
  return {
    name,
    description,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(properties),
      required: entries.flatMap(([key, { needed }]) => (needed ? [key] : [])),
    },
    commandLine(given) {
      const read = v.parse(Arguments, given ?? {}) as Readonly<Record<string, string | readonly string[] | undefined>>;
      const flags = entries.flatMap(([key]) => {
        const value = read[key];
        return words.includes(key) || apart.includes(key) || value === undefined ? [] : [`--${key}=${value}`];
      });
      return [...command, '--json', ...flags, '--', ...words.flatMap((key) => read[key] ?? [])];
    },
  };
}

const PROJECT = { about: 'Only this compose project or Swarm stack.' };
const SINCE = { about: 'From this time: 10m, 2h, 7d ago, or a time such as 2026-01-31T09:15.' };
const NAME = 'Name of a service, such as exness/redis, as the tool services lists it.';

const Glance = v.object({ services: v.array(v.looseObject({ name: v.string(), project: v.optional(v.string()) })) });

/** One service of a glance. */
function serviceOf(answer: string, given: unknown): string {
  const { service: wanted } = v.parse(v.object({ service: v.string() }), given);
  const { services } = v.parse(Glance, JSON.parse(answer));
  const names = services.map(({ name, project }) => (project === undefined ? name : `${project}/${name}`));
  const found = services.find(({ name }, at) => names[at] === wanted || name === wanted);
  if (!found) throw new Error(`There is no service "${wanted}".${suggestionFor(wanted, names)}`);
  return JSON.stringify(found, undefined, 2);
}

export const tools: readonly Tool[] = [
  tool(
    'glance',
    'The state of all services with verdicts, causes, what they block and the next step. Start here.',
    { project: PROJECT },
    { command: ['glance'] },
  ),
  tool(
    'services',
    'All services with state, replicas, health, restarts, image and containers.',
    { project: PROJECT },
    { command: ['services'] },
  ),
  {
    ...tool(
      'health',
      'What is wrong with one service, why, since when, what it blocks, its most telling log line and the next step.',
      { service: { about: NAME, needed: true } },
      { command: ['glance'], apart: ['service'] },
    ),
    part: serviceOf,
  },
  tool(
    'logs',
    'Log lines of services, merged by time, with level and fields; secrets are masked.',
    {
      services: { about: 'Names of services, as the tool services lists them.', list: true, needed: true },
      since: SINCE,
      until: { about: 'Up to this time, in the same form.' },
      tail: { about: 'The last lines of each service, 100 unless since is given.' },
      where: {
        about:
          'A query on level and fields, such as "level>=error status>=500"; any other word is a regular expression.',
      },
    },
    { command: ['logs'], words: ['services'] },
  ),
  tool(
    'metrics',
    'The metrics that a service exposes, with their values now.',
    {
      service: { about: NAME, needed: true },
      names: { about: 'Names of metrics; * stands for any characters.', list: true },
    },
    { command: ['metrics'], words: ['service', 'names'] },
  ),
  tool(
    'changes',
    'What happened on the desk in the last hour: starts, exits, health, kills.',
    { project: PROJECT, since: SINCE },
    { command: ['changes'] },
  ),
  tool(
    'plan',
    'What an action would do: the objects it touches, its danger, what is lost. Nothing is changed: a person runs it in the console.',
    {
      action: { about: 'Such as restart, stop, start, scale, up, prune.', needed: true },
      target: { about: 'A service, project, container, or what to prune.', needed: true },
      parameters: { about: 'Further arguments, such as the number of replicas.', list: true },
    },
    { command: ['run', '--dry-run'], words: ['action', 'target', 'parameters'] },
  ),
];
