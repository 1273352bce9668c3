import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import type { NetworkFacts } from '../engine/facts.ts';
import type { SwarmObject, SwarmService } from '../engine/swarm-facts.ts';
import { errorMessage } from '../lib/error.ts';
import { duration, plural } from '../lib/format.ts';
import type { Action, Plan, PlanInput, PlanObject, PrepareInput, Refusal, RunContext, Step } from './action.ts';
import { isAnswerLost } from './change.ts';
import { refuse } from './targets.ts';
import type { Finding } from './watch.ts';

/** Stacks are deployed and removed by the docker CLI: the Swarm knows services only. */

const DEPLOY = 'stack-deploy';
const REMOVE = 'stack-remove';
const NAMESPACE = 'com.docker.stack.namespace';

const Parameters = v.strictObject({
  file: v.pipe(v.string(), v.nonEmpty(), v.description('the compose file of the stack, on this machine')),
  prune: v.optional(v.pipe(v.boolean(), v.description('remove services that the file does not name'))),
});
type Parameters = v.InferOutput<typeof Parameters>;

type Manager = { manager: boolean; services: readonly SwarmService[] };
type DeployFacts = Manager & { names: readonly string[] | { unread: string } };

async function readManager({ engine, signal }: Pick<PrepareInput, 'engine' | 'signal'>): Promise<Manager> {
  const [info, services] = await Promise.all([engine.info({ signal }), engine.swarmServices({ signal })]);
  return { manager: info.swarm === 'manager', services };
}

export const stackDeploy: Action<Parameters, DeployFacts> = {
  name: DEPLOY,
  title: 'Deploy the stack',
  help: 'create or update a stack from a compose file, through the docker CLI',
  danger: 3,
  on: ['stack'],
  parameters: Parameters,
  interrupts: true,
  output: true,
  async prepare(input) {
    return { ...(await readManager(input)), names: await servicesIn(input.parameters.file) };
  },
  plan: planDeploy,
  run: ({ name, options = {} }, context) =>
    runDocker(
      ['stack', 'deploy', '--compose-file', String(options.file), ...(options.prune ? ['--prune'] : []), name],
      name,
      context,
    ),
  verify: watchDeployed,
};

/** The services that a compose file names. */
async function servicesIn(file: string): Promise<readonly string[] | { unread: string }> {
  try {
    const read: unknown = parse(await readFile(resolve(file), 'utf8'));
    return Object.keys(v.parse(v.looseObject({ services: v.record(v.string(), v.unknown()) }), read).services);
  } catch (error) {
    return { unread: errorMessage(error) };
  }
}

const notManager = (action: string, name: string) =>
  refuse(action, name, 'this engine is not a Swarm manager', 'connect to a manager');

function planDeploy({ target, parameters, facts }: PlanInput<Parameters, DeployFacts>): Plan | Refusal {
  const name = target.id;
  if (!facts.manager) return notManager(DEPLOY, name);
  if (!/^[\w][\w.-]*$/.test(name))
    return refuse(DEPLOY, name, 'that is no name for a stack', 'use letters, digits, - and _');
  const { names } = facts;
  if ('unread' in names)
    return refuse(
      DEPLOY,
      name,
      `${parameters.file} was not read: ${names.unread}`,
      'name a compose file of this machine',
    );
  const own = facts.services.filter(({ stack }) => stack === name);
  const wanted = names.map((one) => `${name}_${one}`);
  const created = wanted.filter((one) => !own.some((service) => service.name === one));
  const others = own.filter((service) => !wanted.includes(service.name));
  const objects: PlanObject[] = [
    ...own
      .filter((service) => wanted.includes(service.name))
      .map((service) => objectOf(service, 'is updated: its tasks are replaced where the file differs')),
    ...created.map(
      (one): PlanObject => ({ kind: 'swarm-service', id: `new:${one}`, name: one, note: 'is created', fresh: true }),
    ),
    ...(parameters.prune ? others.map((service) => objectOf(service, 'is removed: the file does not name it')) : []),
  ];
  return {
    action: DEPLOY,
    title: `Deploy the stack ${name} (${plural(objects.length, 'service')})`,
    danger: own.length === 0 ? 2 : 3,
    target,
    name,
    objects,
    warnings: [
      `As ${resolve(parameters.file)} says.`,
      ...(others.length > 0 && !parameters.prune
        ? [`The file does not name ${others.map((one) => one.name).join(', ')}: they stay; --prune removes them.`]
        : []),
    ],
    options: { file: resolve(parameters.file), prune: parameters.prune ?? false },
  };
}

function objectOf({ id, name }: SwarmService, note: string): PlanObject {
  return { kind: 'swarm-service', id, name, note, interrupted: true };
}

/** Until every service of the plan runs, or an update stands still. */
async function watchDeployed({ name, objects }: Plan, context: RunContext): Promise<Finding> {
  const wanted = objects.filter(({ note }) => !note.startsWith('is removed')).map((one) => one.name);
  return watchStack(name, context, (services) => {
    const stuck = services.find(({ updateState = '' }) => /paused$/.test(updateState));
    if (stuck) return { ok: false, text: `${stuck.name}: the update is paused: ${stuck.updateMessage ?? ''}` };
    const late = wanted.filter((one) => !services.some((service) => service.name === one && isRunning(service)));
    return late.length === 0
      ? { ok: true, text: plural(wanted.length, 'service runs', 'services run') }
      : `waiting for ${late.join(', ')}`;
  });
}

function isRunning({ mode, running, desired, wanted, completed = 0, total = 0, updateState = '' }: SwarmService) {
  if (/^(updating|rollback_started)$/.test(updateState)) return false;
  if (mode === 'job') return completed >= total;
  return running >= (desired ?? wanted ?? 1) && (desired ?? wanted) !== undefined;
}

type RemoveFacts = Manager & {
  networks: readonly NetworkFacts[];
  configs: readonly SwarmObject[];
  secrets: readonly SwarmObject[];
};

export const stackRemove: Action<unknown, RemoveFacts> = {
  name: REMOVE,
  title: 'Remove the stack',
  help: 'remove the services, networks, configs and secrets of a stack, through the docker CLI; volumes stay',
  danger: 3,
  on: ['stack'],
  interrupts: true,
  output: true,
  async prepare(input) {
    const { engine, signal } = input;
    const [manager, networks, configs, secrets] = await Promise.all([
      readManager(input),
      engine.networks({ signal }),
      engine.configs({ signal }),
      engine.secrets({ signal }),
    ]);
    return { ...manager, networks, configs, secrets };
  },
  plan({ target, facts }) {
    const name = target.id;
    if (!facts.manager) return notManager(REMOVE, name);
    const own = facts.services.filter(({ stack }) => stack === name);
    const labelled = (all: readonly { labels: Readonly<Record<string, string>> }[]) =>
      all.filter(({ labels }) => labels[NAMESPACE] === name).length;
    if (own.length === 0) return refuse(REMOVE, name, 'there is no such stack', 'see :stacks');
    const also = [
      [labelled(facts.networks), 'networks'],
      [labelled(facts.configs), 'configs'],
      [labelled(facts.secrets), 'secrets'],
    ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
    return {
      action: REMOVE,
      title: `Remove the stack ${name} (${plural(own.length, 'service')})`,
      danger: 3,
      target,
      name,
      objects: own.map((service) => objectOf(service, 'is removed with its tasks and their logs')),
      warnings: [
        ...(also.length === 0 ? [] : [`Its ${also.join(', ')} go as well.`]),
        'Its volumes stay, on every node.',
      ],
    };
  },
  run: ({ name }, context) => runDocker(['stack', 'rm', name], name, context),
  verify: ({ name }, context) =>
    watchStack(name, context, (services) =>
      services.length === 0
        ? { ok: true, text: 'removed' }
        : `${plural(services.length, 'service is', 'services are')} left`,
    ),
};

/** One command of the docker CLI as a step. */
async function runDocker(words: readonly string[], object: string, context: RunContext): Promise<readonly Step[]> {
  const begun = context.now();
  const call = `docker ${words.slice(0, 2).join(' ')}`;
  const step = (ok: boolean, error?: string): readonly Step[] => [
    { object, call, ok, ms: context.now() - begun, ...(error === undefined ? {} : { error }) },
  ];
  try {
    const said = (line: string) => void context.output?.('stdout', Buffer.from(`${line}\n`));
    const { code, output } = await context.tools.docker(words, { signal: context.signal, onLine: said });
    return code === 0 ? step(true) : step(false, output.trim().split('\n').at(-1) || `exit code ${code}`);
  } catch (error) {
    if (isAnswerLost(error)) throw error;
    return step(false, `the docker CLI was not run: ${errorMessage(error)}`);
  }
}

const LIMIT_MS = 120_000;
const LOOK_MS = 1000;

/** Looks at the services of the stack until `judge` has a finding; a text is what is still waited for. */
async function watchStack(
  name: string,
  { engine, now, begun, wait, signal, progress }: RunContext,
  judge: (services: readonly SwarmService[]) => Finding | string,
): Promise<Finding> {
  for (;;) {
    const services = await engine.swarmServices({ signal });
    const found = judge(services.filter(({ stack }) => stack === name));
    const took = now() - begun;
    if (typeof found !== 'string') return { ...found, text: `${found.text} after ${duration(took)}` };
    if (signal.aborted || took > LIMIT_MS) return { ok: false, text: `${found}, after ${duration(took)}` };
    progress(`${name}: ${found}`);
    await wait(LOOK_MS, signal);
  }
}
