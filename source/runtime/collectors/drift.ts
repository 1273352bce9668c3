import { stat } from 'node:fs/promises';
import { type ComposeConfig, parseConfig } from '../../compose/config.ts';
import { driftOf, parseHashes } from '../../compose/drift.ts';
import { ComposeProblem, type ComposeProject, projectOf } from '../../compose/project.ts';
import { sourceFiles } from '../../compose/references.ts';
import { type ComposeTool, requireFiles } from '../../compose/tool.ts';
import type { Service } from '../../desk/model.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import type { Collector, CollectorDeps, Look } from './collector.ts';

/** Between two looks at the times of the files (ms), and before the first: nothing of it is urgent. */
const LOOK_MS = 10_000;

/** What the files of a project said when their times were `stamp`. */
type Rendered = { stamp: string; config: ComposeConfig; hashes: ReadonlyMap<string, string> };

/**
 * Compares containers with the compose files that they came from, if those are on this machine. Compose renders and hashes a project
 * only when one of its files has changed; the comparison itself follows the containers.
 */
export function collectDrift({ store, clock, compose }: CollectorDeps): Collector {
  const rendered = new Map<string, Rendered | undefined>();
  const ending = new AbortController();
  let look: Look | undefined;
  let paused = false;
  let cancel: (() => void) | undefined;
  let checking = false;

  async function check(): Promise<void> {
    cancel = undefined;
    checking = true;
    const now = look;
    if (now && !paused && !now.state.engine?.simulated)
      for (const { name } of now.desk.projects) if (!ending.signal.aborted) await checkProject(name, now);
    checking = false;
    schedule();
  }

  async function checkProject(name: string, { state, desk }: Look): Promise<void> {
    const own = desk.services.filter(({ kind, project }) => kind === 'compose' && project === name);
    if (own.length === 0) return;
    const read = await readProject(name, state.containers.values(), rendered.get(name), {
      compose,
      signal: ending.signal,
    });
    rendered.set(name, read);
    if (ending.signal.aborted) return;
    for (const service of own)
      store.dispatch({ type: 'drift', serviceId: service.id, reasons: read ? reasonsOf(service, read) : undefined });
  }

  function schedule(): void {
    if (!checking && !ending.signal.aborted) cancel ??= clock.after(LOOK_MS, () => void check());
  }

  return {
    follow(next) {
      look = next;
      schedule();
    },
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
    },
    stop() {
      ending.abort();
      cancel?.();
    },
  };
}

type Reading = { compose: ComposeTool; signal: AbortSignal };

/** Undefined where the files are not here, or compose cannot read them: nothing is known then. */
async function readProject(
  name: string,
  containers: Iterable<ContainerFacts>,
  before: Rendered | undefined,
  { compose, signal }: Reading,
): Promise<Rendered | undefined> {
  try {
    const project = projectOf(name, containers);
    await requireFiles(project);
    const stamp = await stampOf(project);
    if (stamp === before?.stamp) return before;
    const call = { project, profiles: ['*'] };
    const [config, hashes] = [
      await compose.run(call, ['config'], { signal }),
      await compose.run(call, ['config', '--hash', '*'], { signal }),
    ];
    if (config.code !== 0 || hashes.code !== 0) return undefined;
    return { stamp, config: parseConfig(config.stdout, name), hashes: parseHashes(hashes.stdout) };
  } catch (error) {
    if (error instanceof ComposeProblem || signal.aborted) return undefined;
    throw error;
  }
}

async function stampOf(project: ComposeProject): Promise<string> {
  const stamps = (await sourceFiles(project)).map(async (path) => {
    const found = await stat(path).catch(() => undefined);
    return `${path} ${found?.mtimeMs ?? 'absent'} ${found?.size ?? ''}`;
  });
  return (await Promise.all(stamps)).join('\n');
}

/** Of all its containers, each reason once. */
function reasonsOf({ name, containers }: Service, { config, hashes }: Rendered): readonly string[] {
  const service = config.services.get(name);
  if (service === undefined) return ['no longer in the file'];
  const hash = hashes.get(name);
  return [...new Set(containers.flatMap((container) => driftOf({ container, service, hash }).reasons))];
}
