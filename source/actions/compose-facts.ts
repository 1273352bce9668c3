import { stat } from 'node:fs/promises';
import type { ChildResult } from '../compose/child.ts';
import { type ComposeConfig, parseConfig } from '../compose/config.ts';
import { parseHashes } from '../compose/drift.ts';
import { type ComposeChange, changesOf } from '../compose/progress.ts';
import { ComposeProblem, type ComposeProject, projectOf } from '../compose/project.ts';
import { type ComposeTool, requireFiles } from '../compose/tool.ts';
import type { DeskState } from '../desk/state.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import type { PrepareInput } from './action.ts';
import { targetService } from './targets.ts';

/** Why compose cannot do it. `missing`: the CLI or the files are not here, and the engine alone can still do a part. */
export type ComposeTrouble = { refused: string; change: string; missing: boolean };

/** The facts for a compose plan: the project, its rendered file, and the result of compose's dry run. */
export type ComposeFacts =
  | { problem: ComposeTrouble }
  | {
      project: ComposeProject;
      config: ComposeConfig;
      /** Of each service in the file; empty where the CLI does not say. */
      hashes: ReadonlyMap<string, string>;
      /** Ids of the images that the services name, where they are on the engine. */
      images: ReadonlyMap<string, string>;
      profiles: readonly string[];
      /** Paths that services mount and that do not exist on the engine's host, where that is this machine. */
      absent: readonly { service: string; source: string; target: string }[];
      /** From a dry run; undefined where the CLI has none. */
      changes?: readonly ComposeChange[];
      /** Compose 2 and newer. */
      modern: boolean;
      /** Without a dry run: networks and volumes that the file names and the engine does not have. */
      missing: readonly ComposeChange[];
    };

/** Lines of output that an error quotes. */
const QUOTED_LINES = 5;

/** The compose project that a target belongs to, and the service where it is only one. */
export function composeTarget({ desk, target }: Pick<PrepareInput, 'desk' | 'target'>): {
  project?: string;
  service?: string;
} {
  if (target.kind === 'project') return { project: target.id };
  const service = targetService(desk, target);
  return service?.kind === 'compose' ? { project: service.project, service: service.name } : {};
}

/** Everything that the plan of a compose action needs; a problem is also a fact, and becomes a refusal. `dry` is the command. */
export async function readCompose(
  input: PrepareInput,
  dry?: (service?: string) => readonly string[],
): Promise<ComposeFacts> {
  const { service } = composeTarget(input);
  const { tools } = input;
  const signal = input.signal ?? new AbortController().signal;
  try {
    const project = await requireProject(input);
    const { name } = project;
    const all = await ask(tools.compose, { project, profiles: ['*'] }, ['config'], signal);
    const whole = parseConfig(all, name);
    const profiles = profilesOf(whole, project);
    const call = { project, profiles };
    const hashes = parseHashes(await ask(tools.compose, call, ['config', '--hash', '*'], signal));
    const images = new Map(
      (await input.engine.images({ signal })).flatMap(({ id, tags }) => tags.map((tag) => [tag, id])),
    );
    const cli = await tools.compose.find(signal);
    const lines = dry && cli.dryRun ? await dryRun(tools.compose, call, dry(service), signal) : undefined;
    const absent = tools.room === undefined ? [] : await absentBinds(whole);
    const { modern } = cli;
    const missing = dry && lines === undefined ? await missingObjects(whole, input, signal) : [];
    return {
      project,
      config: whole,
      hashes,
      images,
      profiles,
      absent,
      modern,
      missing,
      changes: lines && changesOf(lines),
    };
  } catch (error) {
    return troubleOf(error);
  }
}

/** The project of a target, where the CLI and its files are on this machine; else what is wrong. */
export async function composeProject(
  input: PrepareInput,
): Promise<{ project: ComposeProject } | { problem: ComposeTrouble }> {
  try {
    const project = await requireProject(input);
    await input.tools.compose.find(input.signal ?? new AbortController().signal);
    return { project };
  } catch (error) {
    return troubleOf(error);
  }
}

async function requireProject(input: PrepareInput): Promise<ComposeProject> {
  const { project: name } = composeTarget(input);
  if (name === undefined)
    throw new ComposeProblem('It belongs to no compose project.', 'Choose a service or project of compose.');
  const project = projectOf(name, input.state.containers.values());
  await requireFiles(project);
  return project;
}

function troubleOf(error: unknown): { problem: ComposeTrouble } {
  if (!(error instanceof ComposeProblem)) throw error;
  return { problem: { refused: lower(error.message), change: lower(error.advice), missing: error.missing } };
}

async function missingObjects(
  { volumes, networks }: ComposeConfig,
  { engine }: PrepareInput,
  signal: AbortSignal,
): Promise<ComposeChange[]> {
  const [hasVolumes, hasNetworks] = await Promise.all([engine.volumes({ signal }), engine.networks({ signal })]);
  const there = (all: readonly { name: string }[]) => new Set(all.map(({ name }) => name));
  const create = (kind: string, names: readonly string[], known: ReadonlySet<string>): ComposeChange[] =>
    names.filter((name) => !known.has(name)).map((name) => ({ kind, name, change: 'create' }));
  return [...create('Network', networks, there(hasNetworks)), ...create('Volume', volumes, there(hasVolumes))];
}

/** Docker makes a directory of a path that is not there, also where a file was meant: `.env`, `config.toml`. */
async function absentBinds({ services }: ComposeConfig) {
  const binds = [...services].flatMap(([service, { binds: own }]) => own.map((bind) => ({ service, ...bind })));
  const there = await Promise.all(
    binds.map(({ source }) =>
      stat(source).then(
        () => true,
        () => false,
      ),
    ),
  );
  return binds.filter((_, index) => !there[index]);
}

/** The reason of a refusal follows a colon. */
function lower(sentence: string): string {
  return sentence
    .replace(/\.$/, '')
    .replace(/^(There|Give|Run|Check|Choose|It|They|The|Install|Containers)\b/, (word) => word.toLowerCase());
}

/** Profiles that were switched on: those of services that have a container. */
function profilesOf({ services }: ComposeConfig, project: ComposeProject): readonly string[] {
  return [...new Set(project.services.flatMap((name) => services.get(name)?.profiles ?? []))].sort();
}

async function ask(
  compose: ComposeTool,
  call: { project: ComposeProject; profiles: readonly string[] },
  command: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const result = await compose.run(call, command, { signal });
  if (result.code !== 0) throw failed(`compose ${command.join(' ')}`, call.project, result);
  return result.stdout;
}

/** A dry run does not start a container that exists, and then misses the health that the others wait for. */
const FALSE_ALARM = /dependency failed to start: container \S+ (has no healthcheck configured|is unhealthy|exited)/;

/** Undefined where compose cannot say it without starting something. */
async function dryRun(
  compose: ComposeTool,
  call: { project: ComposeProject; profiles: readonly string[] },
  command: readonly string[],
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const lines: string[] = [];
  const result = await compose.run({ ...call, dryRun: true }, command, { signal, onLine: (line) => lines.push(line) });
  if (result.code !== 0 && FALSE_ALARM.test(result.output)) return undefined;
  if (result.code !== 0) throw failed(`a dry run of compose ${command.join(' ')}`, call.project, result);
  return lines;
}

/** The last lines of compose's output usually contain its error. */
function failed(what: string, { name, files }: ComposeProject, { code, output }: ChildResult): ComposeProblem {
  return new ComposeProblem(
    `${what} failed for ${name} with status ${code ?? 'unknown'}: ${lastLines(output)}`,
    `check ${files.join(', ')}`,
  );
}

/** The last lines of some output, in one line. */
export function lastLines(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.slice(-QUOTED_LINES).join(' / ') || 'it printed nothing';
}

/** The containers of a project, by name; one-off containers and leftovers of other projects are none of them. */
export function projectContainers({ containers }: DeskState, project: string): ReadonlyMap<string, ContainerFacts> {
  const own = [...containers.values()].filter(({ labels }) => labels['com.docker.compose.project'] === project);
  return new Map(own.map((one) => [one.name, one]));
}
