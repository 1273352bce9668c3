import type { ContainerFacts } from '../engine/facts.ts';

/** A compose project as the labels of its containers describe it (docs.docker.com/compose: com.docker.compose.*). */
export type ComposeProject = {
  name: string;
  /** Directory that relative paths of its files start from. */
  directory: string;
  /** Compose files in the order in which compose merges them. */
  files: readonly string[];
  /** Files given with --env-file. */
  envFiles: readonly string[];
  /** Services that have a container. */
  services: readonly string[];
};

const LABEL = 'com.docker.compose.';

/** Why the compose CLI cannot work on a project, and what to do about it. */
export class ComposeProblem extends Error {
  override readonly name = 'ComposeProblem';
  readonly advice: string;
  /** The CLI or the files are not here: what the engine alone can do is still possible. */
  readonly missing: boolean;

  constructor(message: string, advice: string, { missing = false } = {}) {
    super(message);
    this.advice = advice;
    this.missing = missing;
  }
}

/**
 * The project of that name. Its newest container decides, since an older one may be left from before the files were moved. Two
 * directories that both run a container under one name are two projects to compose: that is a ComposeProblem, never a guess.
 */
export function projectOf(name: string, containers: Iterable<ContainerFacts>): ComposeProject {
  const own = [...containers]
    .filter(({ labels }) => labels[`${LABEL}project`] === name && !isOneOff(labels))
    .sort((a, b) => b.created - a.created);
  const [newest] = own;
  if (!newest)
    throw new ComposeProblem(
      `There is no container of a compose project ${name}.`,
      'Check the name: deskhand glance lists the projects.',
    );
  const { labels } = newest;
  const directory = labels[`${LABEL}project.working_dir`] ?? '';
  const files = paths(labels[`${LABEL}project.config_files`], directory);
  if (files.length === 0)
    throw new ComposeProblem(
      `The containers of ${name} do not name their compose files.`,
      'They were created by a tool that sets no config_files label: run the compose CLI once.',
    );
  const running = own.filter(({ state }) => state === 'running' || state === 'paused' || state === 'restarting');
  const places = new Set(running.map((one) => one.labels[`${LABEL}project.working_dir`] ?? ''));
  if (places.size > 1)
    throw new ComposeProblem(
      `Containers of ${name} run from ${places.size} directories: ${[...places].sort().join(', ')}.`,
      'Give each directory its own project name (name: in the compose file), or stop one of them.',
    );
  return {
    name,
    directory,
    files,
    envFiles: paths(labels[`${LABEL}project.environment_file`], directory),
    services: [...new Set(own.flatMap((one) => one.labels[`${LABEL}service`] ?? []))].sort(),
  };
}

/** A container of `compose run`: it is no replica of its service. */
function isOneOff(labels: Readonly<Record<string, string>>): boolean {
  return /^true$/i.test(labels[`${LABEL}oneoff`] ?? '');
}

/** Compose 1 wrote relative paths; all versions separate them by commas. */
function paths(label: string | undefined, directory: string): readonly string[] {
  const given = (label ?? '').split(',').filter(Boolean);
  return given.map((path) => (path.startsWith('/') || directory === '' ? path : `${directory}/${path}`));
}
