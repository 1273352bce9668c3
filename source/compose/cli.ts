import type { Endpoint } from '../engine/connect/endpoint.ts';
import { type ChildOptions, type ChildResult, runChild } from './child.ts';
import { ComposeProblem, type ComposeProject } from './project.ts';

/** The compose CLI of this machine and its capabilities. */
export type ComposeCli = {
  /** Its command: `docker compose`, or `docker-compose`. */
  program: readonly string[];
  version: string;
  /** `--dry-run` (from 2.18). */
  dryRun: boolean;
  /** `--progress plain` as a global flag (from 2.19); older ones decide by the terminal. */
  progress: boolean;
  /** `--ansi never` (from 1.28); older ones have `--no-ansi`. */
  ansi: boolean;
  /** Compose 2 and newer. Compose 1 knows neither `--wait` nor JSON, names containers with `_`, and recreates dependencies along. */
  modern: boolean;
};

const PROGRAMS: readonly { program: readonly string[]; ask: readonly string[] }[] = [
  { program: ['docker', 'compose'], ask: ['docker', 'compose', 'version', '--short'] },
  { program: ['docker-compose'], ask: ['docker-compose', 'version', '--short'] },
];

type Run = (command: readonly string[], options: ChildOptions) => Promise<ChildResult>;

/** The first compose CLI that answers. Throws a ComposeProblem that names what was tried. */
export async function findCompose(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  run: Run = runChild,
): Promise<ComposeCli> {
  for (const { program, ask } of PROGRAMS) {
    const answer = await run(ask, { env, signal }).catch(() => undefined);
    const version = /(\d+)\.(\d+)(?:\.\d+)?/.exec(answer?.code === 0 ? answer.stdout : '');
    if (version) return capabilities(program, version[0], Number(version[1]), Number(version[2]));
  }
  throw new ComposeProblem(
    'There is no compose CLI on this machine: neither "docker compose" nor "docker-compose" answers.',
    'Install docker-compose-plugin (or docker-compose). Without it, existing containers can still be started, stopped and removed.',
    { missing: true },
  );
}

function capabilities(program: readonly string[], version: string, major: number, minor: number): ComposeCli {
  const since = (least: number) => major > 2 || (major === 2 && minor >= least);
  const ansi = major > 1 || minor >= 28;
  return { program, version, dryRun: since(18), progress: since(19), ansi, modern: major >= 2 };
}

export type ComposeCall = {
  cli: ComposeCli;
  project: ComposeProject;
  /** Profiles to switch on. */
  profiles?: readonly string[];
  /** Only report what would be done. */
  dryRun?: boolean;
};

/** The argument vector of a compose command: project, directory and files come from the labels, never from the current directory. */
export function composeCommand(
  { cli, project, profiles = [], dryRun }: ComposeCall,
  command: readonly string[],
): string[] {
  return [
    ...cli.program,
    ...(cli.progress ? ['--progress', 'plain'] : []),
    ...(cli.ansi ? ['--ansi', 'never'] : ['--no-ansi']),
    '--project-name',
    project.name,
    '--project-directory',
    project.directory,
    ...project.files.flatMap((file) => ['--file', file]),
    ...project.envFiles.flatMap((file) => ['--env-file', file]),
    ...profiles.flatMap((profile) => ['--profile', profile]),
    ...(dryRun ? ['--dry-run'] : []),
    ...command,
  ];
}

/** The environment in which compose reaches the engine that the console is connected to, whatever the shell's environment. */
export function composeEnvironment(endpoint: Endpoint, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const {
    DOCKER_HOST: _host,
    DOCKER_CONTEXT: _context,
    COMPOSE_FILE: _file,
    COMPOSE_PROJECT_NAME: _name,
    ...rest
  } = env;
  // A host of the settings has a name, but the CLI does not know it.
  const named = endpoint.context !== 'default' && !endpoint.origin.startsWith('host ');
  return { ...rest, ...(named ? { DOCKER_CONTEXT: endpoint.context } : { DOCKER_HOST: endpoint.url }) };
}
