import { parseHashes } from '../compose/drift.ts';
import { type ComposeInvocation, fingerprint } from '../compose/invocation.ts';
import { parseProgress } from '../compose/progress.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { errorWithAdvice } from '../lib/error.ts';
import type { Plan, PlanObject, RunContext, Step } from './action.ts';
import { awaitBack, STABLE_MS } from './back.ts';
import { lastLines } from './compose-facts.ts';
import { type Finding, watchAll } from './watch.ts';

/** Final states of an object in compose's output. */
const ENDED =
  /^(Started|Created|Recreated|Removed|Stopped|Running|Healthy|Exited|Pulled|Built|Recreating done|.* done)$/;

/** Runs the compose command of a plan. Its output about each object becomes that object's step; failures quote the last lines. */
export async function runCompose(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const { compose } = plan;
  if (!compose) throw new Error(`the plan of ${plan.action} names no compose command`);
  const begun = context.now();
  const call = `compose ${compose.command.join(' ')}`;
  const whole = (error: string): Step => ({ object: plan.name, call, ok: false, ms: context.now() - begun, error });
  const states = new Map<string, string>();
  const ended = new Set<string>();
  for (const { name } of plan.objects) context.status?.(name, 'waiting');
  const onLine = (line: string) => {
    void context.output?.('stdout', Buffer.from(`${line}\n`));
    const progress = parseProgress(line);
    if (!progress) return;
    states.set(progress.name, progress.state);
    context.status?.(progress.name, progress.state.toLowerCase());
    if (ENDED.test(progress.state)) ended.add(progress.name);
    const done = plan.objects.filter(({ name }) => ended.has(name)).length;
    context.progress(`${done} of ${plan.objects.length}: ${progress.name} ${progress.state.toLowerCase()}`);
  };
  try {
    if (await filesChanged(compose, context))
      return [whole('the compose files were changed since the plan was shown: nothing was done')];
    const changed = await containersChanged(plan, compose, context);
    if (changed !== undefined) return [whole(`${changed} since the plan was shown: nothing was done`)];
    const { code, cancelled, output } = await context.tools.compose.run(compose, compose.command, {
      signal: context.signal,
      onLine,
    });
    const failed = code !== 0 || cancelled;
    const ms = context.now() - begun;
    const done = plan.objects
      .filter(({ name }) => !failed || ENDED.test(states.get(name) ?? ''))
      .map(({ name }): Step => ({ object: name, call, ok: true, ms, result: states.get(name)?.toLowerCase() }));
    return failed ? [...done, whole(cancelled ? 'cancelled' : lastLines(output))] : done;
  } catch (error) {
    return [whole(errorWithAdvice(error))];
  }
}

async function filesChanged(compose: ComposeInvocation, context: RunContext): Promise<boolean> {
  const { stdout, code } = await context.tools.compose.run(compose, ['config', '--hash', '*'], {
    signal: context.signal,
  });
  return code === 0 && fingerprint(parseHashes(stdout)) !== compose.fingerprint;
}

/** Compose finds containers by their labels and names: those that it will find must be those that were shown. */
async function containersChanged(
  { objects }: Plan,
  { project, services, command }: ComposeInvocation,
  { engine, signal }: RunContext,
): Promise<string | undefined> {
  const listed = await engine.containers({ signal });
  const own = listed.filter(({ labels }) => labels['com.docker.compose.project'] === project.name);
  const shown = new Map(objects.filter(({ kind }) => kind === 'container').map((object) => [object.name, object]));
  const other = own.find(({ id, name }) => shown.has(name) && shown.get(name)?.id !== id);
  if (other) return `${other.name} was created`;
  if (!REMOVING.has(command[0] ?? '')) return undefined;
  const more = own.find(
    ({ name, labels }) => !shown.has(name) && services.includes(labels['com.docker.compose.service'] ?? ''),
  );
  return more && `${more.name} was created`;
}

/** Commands that take every container of their services. */
const REMOVING: ReadonlySet<string> = new Set(['down', 'rm']);

/** For a plan without a compose command, which cannot happen. */
const NOTHING: Pick<ComposeInvocation, 'services' | 'jobs'> & { project?: ComposeInvocation['project'] } = {
  services: [],
  jobs: [],
};

/** Waits until every service of the command has its containers up and healthy, jobs ended well. */
export async function verifyUp(plan: Plan, context: RunContext): Promise<Finding> {
  const { project, services, jobs } = plan.compose ?? NOTHING;
  const stableMs = Number(plan.options?.stableMs ?? STABLE_MS);
  const listed = await context.engine.containers({ signal: context.signal });
  const own = listed.filter(({ labels }) => labels['com.docker.compose.project'] === project?.name);
  const serviceOf = ({ labels }: ContainerFacts) => labels['com.docker.compose.service'] ?? '';
  const absent = services.filter((service) => !own.some((container) => serviceOf(container) === service));
  if (absent.length > 0) return { ok: false, text: `${absent.join(', ')} has no container` };
  const objects = own
    .filter((container) => services.includes(serviceOf(container)))
    .map((container): PlanObject => {
      const { id, name, health } = container;
      const known = plan.objects.find((object) => object.name === name);
      const healthCheck = health !== 'none' && health !== 'unknown';
      const { verifyTimeoutMs } = known ?? {};
      return {
        kind: 'container',
        id,
        name,
        note: '',
        healthCheck,
        job: jobs.includes(serviceOf(container)),
        verifyTimeoutMs,
      };
    });
  return watchAll(objects, context, (object) => awaitBack(object, context, { stableMs, again: false }));
}

/** Checks whether everything that should be removed is gone. */
export async function verifyGone(plan: Plan, context: RunContext): Promise<Finding> {
  const { engine, signal } = context;
  const [containers, networks, volumes] = await Promise.all([
    engine.containers({ signal }),
    engine.networks({ signal }),
    engine.volumes({ signal }),
  ]);
  const present = new Set([
    ...containers.map(({ id }) => id),
    ...networks.map(({ id }) => id),
    ...volumes.map(({ name }) => name),
  ]);
  const left = plan.objects.filter(({ id }) => present.has(id)).map(({ name }) => name);
  const gone = plan.objects.length - left.length;
  const still = left.length === 0 ? '' : `; still there: ${left.join(', ')}`;
  return { ok: left.length === 0, text: `${gone} of ${plan.objects.length} gone${still}` };
}
