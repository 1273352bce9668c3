import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { LABEL, lastingName } from '../desk/identity.ts';
import type { CreateBody, EndpointBody } from '../engine/engine.ts';
import { LogReader } from '../engine/logs/lines.ts';
import { type Fields, fields, strings, text, texts } from '../engine/parse/fields.ts';
import { isAnonymousVolume } from '../engine/parse/volume-name.ts';
import { byteCount, duration } from '../lib/format.ts';
import type { Action, Plan, PlanInput, PlanObject, PrepareInput, Refusal, RunContext, Step } from './action.ts';
import { step } from './call.ts';
import { needOf } from './capacity.ts';
import { change } from './change.ts';
import type { Clone, NetworkEndpoint } from './clone.ts';
import { replacementSpec } from './replacement.ts';
import { isGone } from './stopped.ts';
import { containersOf, planObject, refuse, targetName } from './targets.ts';

const NAME = 'run-once';
/** How often a container is looked at whose log has ended (ms). */
const LOOK_MS = 200;

const Parameters = v.strictObject({
  env: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z_]\w*=/, 'must be NAME=VALUE'),
      v.description('a variable to set or override: NAME=VALUE'),
    ),
  ),
  user: v.optional(v.pipe(v.string(), v.nonEmpty(), v.description('user in the container'))),
  memory: v.optional(
    v.pipe(
      v.string(),
      v.transform((size) => byteCount(size)),
      v.number('must be a size such as 512m'),
      v.description('another memory limit: 512m, 2g'),
    ),
  ),
  rm: v.optional(v.pipe(v.boolean(), v.description('remove it when it has ended'))),
  command: v.pipe(v.array(v.string()), v.description('the command to run instead of its own')),
});
type Parameters = v.InferOutput<typeof Parameters>;
type Facts = { inspect?: unknown; image?: unknown };

/** A container like those of a service, beside them, for one command: `compose run` without the compose file. */
export const runOnce: Action<Parameters, Facts> = {
  name: NAME,
  title: 'Run once',
  help: 'run a command in a new container like those of a service',
  danger: 2,
  on: ['service', 'container'],
  parameters: Parameters,
  output: true,
  prepare: async ({ engine, state, desk, target, signal }: PrepareInput<Parameters>) => {
    const [container] = containersOf(state, desk, target);
    if (container === undefined) return {};
    const inspect = fields(await engine.inspect('container', container.id, { signal }));
    const image = await engine.inspect('image', text(inspect.Image), { signal }).catch(() => undefined);
    return { inspect, image };
  },
  plan: planOnce,
  run: runIt,
  verifiesFailures: true,
  async verify(_plan, _context, steps) {
    const end = steps.find(({ call }) => call === WAIT);
    return { ok: end?.ok === true, text: end?.result ?? end?.error ?? 'it did not start' };
  },
};

const WAIT = 'wait for its end';

function planOnce({ state, desk, target, settings, parameters, facts }: PlanInput<Parameters, Facts>): Plan | Refusal {
  const name = targetName(state, desk, target);
  const [like] = containersOf(state, desk, target);
  if (like === undefined || facts.inspect === undefined)
    return refuse(NAME, name, 'it has no container to take the configuration from', 'bring it up first');
  const made = `${lastingName(like.name).replace(/[-_]\d+$/, '')}-run-${randomBytes(6).toString('hex')}`;
  const { created: _created, seen: _seen, healthCheck: _health, ...shape } = planObject(like, desk, '', settings);
  const object: PlanObject = {
    ...shape,
    id: `new:${made}`,
    name: made,
    note: `new, of ${like.image} with the variables, mounts and networks of ${like.name}; runs ${parameters.command.join(' ')}`,
    fresh: true,
    need: { ...needOf(like), memory: parameters.memory ?? needOf(like).memory, ports: [] },
  };
  const shared = like.mounts
    .filter(({ writable, type }) => writable && type !== 'tmpfs')
    .map((one) => one.name ?? one.source);
  const { env, user, memory, rm } = parameters;
  return {
    action: NAME,
    title: `Run ${parameters.command.join(' ')} once as ${name}`,
    danger: 2,
    target,
    name,
    objects: [object],
    warnings: [
      ...(shared.length === 0 ? [] : [`It writes to the same ${shared.join(', ')} as ${name}.`]),
      'It publishes no ports, has no other name on the networks and is not restarted.',
      rm
        ? 'It is removed when it has ended.'
        : 'It stays when it has ended: ":oneoffs" lists it, "prune one-offs" removes it.',
    ],
    options: {
      template: like.id,
      command: parameters.command.join(' '),
      ...Object.fromEntries(Object.entries({ user, memory, rm }).filter(([, value]) => value !== undefined)),
      ...(env === undefined ? {} : { env: env.replace(/=.*/s, '=…') }),
    },
    once: onceSpec(facts, made, parameters),
  };
}

/** The container as it will be created: the template's, less what belongs to the service alone. */
function onceSpec({ inspect, image }: Facts, name: string, { env, user, memory, command }: Parameters): Clone {
  const old = fields(inspect);
  const { body, connect } = replacementSpec({ old: inspect, oldImage: image, image: text(old.Image) });
  const networks = fields(fields(body.NetworkingConfig).EndpointsConfig);
  const plain = (endpoint: unknown): EndpointBody => ({ Links: fields(endpoint).Links ?? null });
  const variable = env?.split('=')[0];
  const own: CreateBody = {
    ...body,
    Cmd: command,
    Env: [...texts(body.Env).filter((entry) => entry.split('=')[0] !== variable), ...(env === undefined ? [] : [env])],
    ...(user === undefined ? {} : { User: user }),
    Healthcheck: { Test: ['NONE'] },
    Hostname: undefined,
    ExposedPorts: {},
    Labels: { ...strings(body.Labels), [LABEL.oneoff]: 'True' },
    HostConfig: hostConfig(fields(body.HostConfig), memory),
    NetworkingConfig: {
      EndpointsConfig: Object.fromEntries(Object.entries(networks).map(([network, given]) => [network, plain(given)])),
    },
  };
  return {
    name,
    body: own,
    connect: connect.map(({ network, endpoint }): NetworkEndpoint => ({ network, endpoint: plain(endpoint) })),
  };
}

function hostConfig(host: Fields, memory: number | undefined): Fields {
  return {
    ...host,
    // Anonymous volumes are the service's own.
    Binds: texts(host.Binds).filter((bind) => !isAnonymousVolume(bind.split(':')[0] ?? '')),
    PortBindings: {},
    PublishAllPorts: false,
    AutoRemove: false,
    RestartPolicy: { Name: 'no' },
    ...(memory === undefined ? {} : { Memory: memory, MemorySwap: memory }),
  };
}

async function runIt(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const { engine } = context;
  const [object] = plan.objects;
  const { once } = plan;
  if (object === undefined || once === undefined) return [];
  let id = '';
  const created = await change(object, 'create', context, async () => {
    ({ id } = await engine.create(once.name, once.body));
    for (const { network, endpoint } of once.connect) await engine.connect(network, id, endpoint);
  });
  if (id === '') return [created];
  const made = { ...object, id };
  const steps: Step[] = [{ ...created, result: `container ${id.slice(0, 12)}` }];
  if (created.ok) steps.push(await change(made, 'start', context, () => engine.start(id)));
  if (steps.every(({ ok }) => ok)) steps.push(await toItsEnd(made, context));
  if (plan.options?.rm === true || !steps[1]?.ok) {
    const how = { force: true, volumes: true };
    steps.push(await change(made, 'remove', context, () => engine.remove(id, how), isGone));
  }
  return steps;
}

/** Shows what it says until it has ended; a cancel stops it. */
async function toItsEnd(made: PlanObject, context: RunContext): Promise<Step> {
  const { engine } = context;
  const begun = context.now();
  let result: string | undefined;
  const done = await step(made, WAIT, context, async () => {
    context.progress(`${made.name}: running`);
    await follow(made.id, context);
    if (context.signal.aborted) await engine.stop(made.id, made.stopTimeout?.seconds);
    for (;;) {
      const { state, exitCode } = await engine.container(made.id);
      if (state === 'exited' || state === 'dead') {
        const how = `${made.name} ended with exit code ${exitCode ?? 'unknown'} after ${duration(context.now() - begun)}`;
        if (context.signal.aborted) throw new Error(`stopped: ${how}`);
        if (exitCode !== 0) throw new Error(how);
        result = how;
        return;
      }
      await context.wait(LOOK_MS, context.signal);
    }
  });
  return { ...done, result };
}

async function follow(id: string, { engine, signal, output }: RunContext): Promise<void> {
  const stream = await engine.logs(id, { follow: true, signal });
  const end = () => void stream.destroy();
  signal.addEventListener('abort', end, { once: true });
  const reader = new LogReader(false, (_flags, _stamp, bytes, from, to) => {
    void output?.('stdout', Buffer.concat([bytes.subarray(from, to), Buffer.from('\n')]));
  });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) reader.push(chunk);
    reader.flush();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
