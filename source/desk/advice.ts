import type { SwarmService } from '../engine/swarm-facts.ts';
import { percent } from '../lib/format.ts';
import { type Advice, advise, by, type Step, type Words } from './advice-words.ts';
import { healthFault } from './health.ts';
import { shortId } from './image-change.ts';
import { dependantsOf, impactOf } from './impact.ts';
import type { Desk, ImageChange, Incident, Service, VerdictCode } from './model.ts';
import type { DeskState } from './state.ts';

type Situation = { service: Service; desk: Desk; state: DeskState };

/** One line of advice for a service with a problem; undefined if there is nothing to do. */
export function adviceFor(service: Service, desk: Desk, state: DeskState): Advice | undefined {
  const { cause, verdict } = service;
  if (cause && verdict.level !== 'ok') {
    const others = (service.otherCauses ?? []).map((other) => other.name);
    return advise`fix ${[cause.name, ...others].join(' and ')} first; ${service.name} only depends on it`;
  }
  if (service.recovering)
    return advise`${service.recovering.name} is back: ${service.name} should recover by itself in a moment; ${by('logs')} shows its log`;
  return (
    putBack(service, service.imageChange) ??
    ADVICE[verdict.code]?.({
      service,
      desk,
      state,
    })
  );
}

/** A restart does not help a service that fails with a new image but ran with the previous one. */
function putBack(service: Service, change: ImageChange | undefined): Advice | undefined {
  // A broken probe is fixed in its definition.
  if (!change || service.containers.some((facts) => healthFault(facts)?.probeItself)) return undefined;
  const { from, fromId, to } = change;
  const back =
    from === undefined
      ? `docker tag ${fromId ? shortId(fromId) : 'THE-FORMER-ID'} ${to}`
      : `set its image to ${from} where it is defined`;
  const logs = service.running > 0 ? by('logs') : by('previous-logs');
  return advise`${logs} shows why ${service.name} fails with its new image; to go back: ${back}, then ${composeUp(service)}`;
}

/** Advice for a healthy service: start the services that need it and are down; undefined if there are none. */
export function adviceBehind(service: Service, desk: Desk): Advice | undefined {
  const down = dependantsOf(desk, service.id).filter(
    (one) => one.running === 0 && one.verdict.level === 'down' && !one.job,
  );
  if (down.length === 0) return undefined;
  const whole = down.length > 1 && down.every(({ project }) => project !== undefined && project === service.project);
  const others = `${down.length} still down behind it: ${names(down)}`;
  return whole ? advise`${by('start-project')} starts the ${others}` : advise`${others}`;
}

/** Advice for each incident, with the service (and its project) that its steps apply to. */
export function incidentAdvice({ kind, services }: Incident, desk: Desk): { advice: Advice; about: Service }[] {
  const taken = services.flatMap((id) => desk.byId.get(id) ?? []);
  if (kind === 'disk-full') return taken.slice(0, 1).map((about) => ({ advice: diskFull(), about }));
  const first = new Map(taken.toReversed().map((service) => [service.project ?? service.id, service]));
  return [...first.values()].toReversed().map((about) => ({
    about,
    advice:
      about.project === undefined
        ? advise`${by('start')} starts ${about.name}`
        : advise`${by('start-project')} starts ${about.project}, databases first`,
  }));
}

const ADVICE: Partial<Record<VerdictCode, (situation: Situation) => Advice | undefined>> = {
  unhealthy,
  'probe-broken': unhealthy,
  flapping: unhealthy,
  'probe-disagrees': disagreement,
  'restart-loop': restartLoop,
  restarted: ({ service }) => {
    const lost = /lost: /.test(service.verdict.reason) ? '; check what it lost before it continues to trade' : '';
    return advise`${by('previous-logs')} shows why ${service.name} ended${lost}`;
  },
  'recreate-failed': cannotStart,
  'namespace-lost': ({ service }) =>
    /belonged to a container that is gone/.test(service.verdict.reason)
      ? advise`a restart does not help: recreate ${service.name} with ${composeUp(service)}`
      : advise`${by('restart')} restarts ${service.name}, which gives it the current network`,
  'oom-killed': outOfMemory,
  'oom-inside': ({ service }) =>
    advise`${by('logs')} shows which process died in ${service.name}; raise its memory and swap limit with ${by('limits')}`,
  stalled,
  threshold: ({ service }) =>
    advise`${by('metrics')} shows the metrics of ${service.name}, ${by('thresholds')} there lists its thresholds`,
  alert: ({ service }) => advise`${by('metrics')} shows the metrics of ${service.name}; ${by('logs')} its log`,
  exited: startAgain,
  killed: startAgain,
  stopped: startAgain,
  created: startAgain,
  'job-failed': ({ service, desk }) =>
    advise`${by('logs')} shows why ${service.name} failed; fix it, then start it again with ${by(service.swarm ? 'force-update' : 'start')}${then(desk, service)}`,
  'cannot-start': cannotStart,
  paused: ({ service }) =>
    advise`${by('unpause')} lets ${service.name} continue; ${by('timeline')} shows when it was paused`,
  dead: ({ service }) =>
    advise`remove ${service.name} with ${by('remove')}, then create it again with ${composeUp(service)}`,
  'replicas-missing': ({ service }) =>
    service.swarm
      ? missingTasks(service, service.swarm)
      : advise`${by('containers')} shows which replica of ${service.name} is missing`,
  'log-errors': logErrors,
};

/** The command that creates it: compose has the definitions of its services. */
function composeUp({ kind }: Service): string | { step: Step } {
  return kind === 'compose' ? by('up') : 'the command that created it';
}

/** Swarm restarts tasks by itself; if it cannot start them, the service's definition needs fixing. */
function missingTasks({ name }: Service, { updateState = '', running, wanted = 1 }: SwarmService): Advice {
  if (updateState === 'rollback_completed' && running >= wanted)
    return advise`${by('tasks')} shows why the update of ${name} failed; it runs as before the update`;
  if (updateState === 'paused')
    return advise`${by('tasks')} shows why the update of ${name} failed; ${by('rollback')} goes back to what ran before`;
  return advise`${by('tasks')} shows why tasks of ${name} do not run; fix what it says, and Swarm starts them`;
}

function unhealthy({ service, state }: Situation): Advice {
  const fault = service.containers.map(healthFault).find((one) => one !== undefined);
  if (fault?.probeItself) return fixProbe(service, fault.words);
  if (fault?.kind === 'timeout') {
    const load = cpuShare(service, state);
    const busy = load === undefined ? '' : ` (CPU at ${percent(100 * load)} of its limit)`;
    if (load === undefined || load > 0.8)
      return advise`its probe times out${busy}: ${by('metrics')} shows its CPU; give it more with ${by('cpu-limit')} or the probe more time; a restart does not help`;
  }
  const refused = /^HTTP 4\d\d$/.exec(fault?.words ?? '')?.[0];
  if (refused !== undefined || fault?.kind === 'auth')
    return advise`its health check asks what ${service.name} does not answer (${refused ?? fault?.words ?? ''}), as after an update: correct the check; a restart does not help. ${by('describe')} shows the check`;
  return advise`${by('logs')} shows its log; ${by('restart')} restarts ${service.name} (Docker never restarts an unhealthy container)`;
}

/** CPU usage as a share of the container's limit, or of one CPU without a limit; the highest of the replicas. */
function cpuShare(service: Service, state: DeskState): number | undefined {
  const shares = service.containers.flatMap(({ id, detail }) => {
    const used = state.usage.get(id)?.cpuPercent;
    const limit = detail?.limits.cpus;
    return used === undefined || !limit ? [] : [used / (100 * limit)];
  });
  return shares.length > 0 ? Math.max(...shares) : undefined;
}

function fixProbe(service: Service, words: string): Advice {
  return advise`fix the health check of ${service.name}: ${words}. A restart does not help. ${by('describe')} shows the check`;
}

function disagreement({ service, state }: Situation): Advice {
  const fault = service.containers.map(healthFault).find((one) => one?.probeItself);
  if (fault) return fixProbe(service, fault.words);
  if (service.health === 'unhealthy')
    return advise`${service.name} answers from outside: compare its health check with ${by('describe')} before any restart`;
  const probes = state.probes.get(service.id) ?? [];
  if (probes.some(({ error = '' }) => /time-?out/.test(error))) {
    const load = cpuShare(service, state);
    if (load !== undefined && load > 0.8)
      return advise`it answers too slowly (CPU at ${percent(100 * load)} of its limit): raise the limit with ${by('cpu-limit')}; a restart does not help. ${by('metrics')} shows its CPU`;
    return advise`it answers too slowly: ${by('metrics')} shows its CPU, ${by('processes')} its processes, ${by('logs')} its log; ${by('restart')} restarts it`;
  }
  const refused = probes.some((probe) => /refused/.test(probe.error ?? ''));
  const what = refused ? 'a process inside may be gone' : 'it answers with an error';
  return advise`${what}: ${by('processes')} lists the processes of ${service.name}, ${by('logs')} its log; ${by('restart')} restarts it`;
}

function restartLoop({ service }: Situation): Advice {
  if (/disk is full/.test(service.verdict.reason)) return diskFull(service);
  if (/out of memory/.test(service.verdict.reason))
    return advise`${by('stop')} stops the restart loop; raise the memory and swap limit of ${service.name} with ${by('limits')} before you start it again`;
  return advise`${by('previous-logs')} shows why ${service.name} ended; ${by('stop')} stops the restart loop`;
}

function outOfMemory({ service, desk }: Situation): Advice {
  const limited = service.containers.some((facts) => facts.detail?.limits.memory);
  const remedy: Words = limited
    ? ['raise its memory and swap limit with ', by('limits')]
    : ['add memory to the host, or cap the other containers'];
  if (service.running > 0)
    return advise`${remedy}: ${service.name} is back, but will run out of memory again. ${by('metrics')} shows its memory`;
  return advise`${by('start')} starts ${service.name}; ${remedy}${then(desk, service)}`;
}

function stalled({ service, state }: Situation): Advice {
  if (state.activity.get(service.id)?.zeroSince === undefined)
    return advise`${by('restart')} restarts ${service.name}: it has no health check, so nothing else will`;
  return advise`save the log of ${service.name} (${by('logs')}, then ${by('save-logs')}), then ${by('restart')} restarts it; its counters start from 0 again`;
}

function startAgain({ service, desk }: Situation): Advice {
  if (/disk is full/.test(service.verdict.reason)) return diskFull(service);
  if (service.verdict.level === 'unknown')
    return advise`${by('logs')} shows how ${service.name} ended; the label deskhand.job=true would make it a job that is done`;
  const unsupervised = service.containers.some((facts) => facts.detail?.restartPolicy.name === 'no');
  const why = unsupervised ? ' (no restart policy: it does not come back by itself)' : '';
  return advise`${by('start')} starts ${service.name}${why}${then(desk, service)}`;
}

/** The running container that has the port which the reason names. */
function portHolder(service: Service, desk: Desk): string | undefined {
  const port = Number(/port (\d+) is (?:already allocated|in use)/.exec(service.verdict.reason)?.[1]);
  const holders = desk.services.flatMap(({ containers }) =>
    containers.filter(({ state, ports }) => state === 'running' && ports.some(({ host }) => host === port)),
  );
  return holders.find(({ id }) => desk.ownerOf.get(id) !== service.id)?.name;
}

function cannotStart({ service, desk }: Situation): Advice {
  const { reason } = service.verdict;
  if (/no space left/.test(reason)) return diskFull(service);
  const holder = portHolder(service, desk);
  if (holder)
    return advise`${holder} holds the port: stop it or publish another port, then ${by('start')} starts ${service.name}`;
  if (/port .*(allocated|in use)/.test(reason))
    return advise`${by('ports')} shows who holds the port (programs of the host are not listed); free it or publish another, then ${by('start')} starts ${service.name}: the engine does not try again`;
  return advise`fix the definition of ${service.name} (${by('describe')} shows it), then apply it with ${composeUp(service)}`;
}

/** `only`: no other service reports it, so its own volume may be full. */
function diskFull(only?: Service): Advice {
  const own: Words = only
    ? [`; where only ${only.name} is short of space, it is its own volume: `, by('describe'), ' shows its mounts']
    : [];
  return advise`the disk is full: ${by('prune-images')} prunes dangling images, never volumes${own}`;
}

function logErrors({ service, state }: Situation): Advice {
  const { reason } = service.verdict;
  if (/disk is full/.test(reason)) return diskFull(service);
  if (/shared memory/.test(reason))
    return advise`raise shm_size of ${service.name} where it is defined, then apply it with ${composeUp(service)}; ${by('logs')} shows its log`;
  if (/redis refuses writes/.test(reason))
    return advise`free or raise the memory of redis (maxmemory, its disk) before anything else: ${service.name} cannot write to it. ${by('logs')} shows its log`;
  if (/no connections left/.test(reason))
    return advise`end what holds connections, or raise max_connections of the database; ${by('restart')} restarts ${service.name}, which frees its own`;
  if (/threads/.test(reason)) {
    const pids = Math.max(0, ...service.containers.map((facts) => state.usage.get(facts.id)?.pids ?? 0));
    const count = pids > 0 ? ` (${pids} pids)` : '';
    return advise`${by('restart')} frees its threads for now${count}; lower OPENBLAS_NUM_THREADS and similar variables where it is defined, then apply them with ${composeUp(service)}`;
  }
  return advise`${by('logs')} shows the log of ${service.name}`;
}

/** Advice on the services that depend on it: start the ones that it blocked, check the others. */
function then(desk: Desk, service: Service): Words {
  const { blocks, atRisk } = impactOf(desk, service.id);
  const start = blocks.filter((one) => one.running === 0);
  const check = [...blocks.filter((one) => one.running > 0), ...atRisk].slice(0, 8);
  const whole = start.length > 1 && start.every(({ project }) => project !== undefined && project === service.project);
  return [
    ...(start.length > 0 ? [`; then start ${names(start)}`] : []),
    ...(whole ? [' with ', by('start-project')] : []),
    ...(check.length > 0 ? [`; check ${names(check)} after`] : []),
  ];
}

function names(services: readonly Service[]): string {
  return services.map((service) => service.name).join(', ');
}
