import type { ContainerFacts, Health, Port } from '../engine/facts.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import { errorMessage } from '../lib/error.ts';
import { age } from '../lib/format.ts';
import { matching } from '../lib/glob.ts';
import type { Headline } from '../lib/log-line/headline.ts';
import { visibleName } from '../lib/visible-name.ts';
import { findingIn } from './findings.ts';
import { type Group, type Replica, replicasOf } from './group.ts';
import { runHeadline, withHeadline } from './headline.ts';
import { probedHealth } from './health.ts';
import { directoriesOf, LABEL } from './identity.ts';
import { changeWords, suspectedChange } from './image-change.ts';
import { judge } from './judge.ts';
import { isTrouble, isWell, severity } from './levels.ts';
import { NOTHING } from './memory.ts';
import type { Dependency, ImageChange, Service, Verdict } from './model.ts';
import { endedWithOwner, lostNamespace } from './namespaces.ts';
import { judgeService } from './service-verdict.ts';
import type { DeskState, HeldInMemory } from './state.ts';
import { taskCounts } from './swarm-verdict.ts';
import { type Judged, verdict } from './verdict.ts';

/** A service before other services are considered: its own verdict, without cause, and when time alone may change it. */
export type Base = { service: Service; recheckAt?: number };

/** Facts in the state other than the containers. */
export type ServiceEvidence = Pick<
  DeskState,
  | 'now'
  | 'engineLostAt'
  | 'memory'
  | 'usageSignals'
  | 'lines'
  | 'probes'
  | 'activity'
  | 'breaches'
  | 'containers'
  | 'held'
  | 'alerts'
  | 'images'
>;

/** `awaitedBy`: a service of the project that waits for this one's completion. */
export function serviceOf(
  group: Group,
  dependsOn: readonly Dependency[],
  awaitedBy: string | undefined,
  evidence: ServiceEvidence,
): Base {
  const { identity, members, swarm } = group;
  const paired = replicasOf(group);
  const replicas = paired.map(({ facts }) => facts);
  const jobBecause = jobSign(group, replicas, awaitedBy);
  const job = jobBecause !== undefined;
  const said = new Map<string, Headline>();
  const judgeOne = (facts: ContainerFacts): Judged => {
    const memory = evidence.memory.get(facts.id) ?? NOTHING;
    const lines = evidence.lines.get(facts.id);
    const judged = judge({
      facts,
      memory,
      usageSignals: evidence.usageSignals.get(facts.id),
      lines,
      job,
      oneoff: identity.oneoff,
      lost: facts.state === 'running' ? lostNamespace(facts, evidence.containers) : undefined,
      withOwner: facts.state === 'exited' ? endedWithOwner(facts, evidence.containers) : undefined,
      engineLostAt: evidence.engineLostAt,
      held: heldBy(group, facts, evidence.held),
      loose: isLoose(group, facts),
      now: evidence.now,
    });
    if (!lines || (isWell(judged.verdict.level) && !findingIn(lines))) return judged;
    const line = runHeadline(facts, { verdict: judged.verdict, memory, lines });
    if (line !== undefined) said.set(facts.id, line);
    return { ...judged, verdict: withHeadline(judged.verdict, line) };
  };
  const judged = paired.map((replica) => judgeReplica(replica, judgeOne));
  const running = paired.filter(({ facts, predecessor }) => predecessor || facts.state === 'running').length;
  const directories = identity.kind === 'compose' ? directoriesOf(replicas) : [];
  const { verdict: own, recheckAt } = judgeService(
    { replicas, judged, swarm, running, now: evidence.now },
    {
      probes: evidence.probes.get(identity.id) ?? [],
      activity: evidence.activity.get(identity.id),
      breaches: evidence.breaches.get(identity.id) ?? [],
      alerts: evidence.alerts.filter(({ serviceId }) => serviceId === identity.id),
    },
  );
  const whole = isTrouble(own) && directories.length > 1 ? clashing(own, directories) : own;
  const change = suspectedChange(whole, evidence.images.get(identity.id)?.change);
  const newest = members.reduce<ContainerFacts | undefined>((a, b) => (a && a.created >= b.created ? a : b), undefined);
  return {
    recheckAt,
    service: {
      id: identity.id,
      kind: identity.kind,
      name: visibleName(identity.name),
      ...(identity.project === undefined ? {} : { project: visibleName(identity.project) }),
      containers: members,
      ...(directories.length > 1 ? { directories } : {}),
      ...(swarm ? { swarm } : {}),
      job,
      ...(job ? { jobBecause } : {}),
      ...countsOf(swarm, running, replicas.length),
      health: worstHealth(replicas),
      restarts: members.reduce((sum, member) => sum + (member.detail?.restartCount ?? 0), 0),
      ports: mergedPorts(members, swarm?.ports),
      image: newest?.image ?? swarm?.image ?? '',
      ...(newest ? { imageId: newest.imageId } : {}),
      ...(members.some((one) => one.imageReplaced) ? { imageReplaced: true } : {}),
      created: newest?.created ?? swarm?.created ?? 0,
      ...startedIn(replicas),
      dependsOn,
      ...saidFirst(judged, replicas, said),
      verdict: change ? afterChange(whole, change) : whole,
      ...(change ? { imageChange: change } : {}),
      blocks: [],
    },
  };
}

/** The headline of the replica in the worst state. */
function saidFirst(
  judged: readonly Judged[],
  replicas: readonly ContainerFacts[],
  said: ReadonlyMap<string, Headline>,
): Pick<Service, 'said'> {
  const worst = replicas
    .map(({ id }, index) => ({ line: said.get(id), level: judged[index]?.verdict.level ?? 'ok' }))
    .sort((a, b) => severity(b.level) - severity(a.level));
  const line = worst.find((one) => one.line !== undefined)?.line;
  return line === undefined ? {} : { said: line };
}

function clashing(own: Verdict, directories: readonly string[]): Verdict {
  return { ...own, reason: `${own.reason}; one project name in ${directories.length} directories` };
}

/** `unhealthy; 40s after image app:1 → app:2`. */
function afterChange(own: Verdict, change: ImageChange): Verdict {
  const later = age(Math.max(0, (own.since ?? change.at) - change.at));
  return { ...own, reason: `${own.reason}; ${later} after ${changeWords(change)}` };
}

/** The container's label decides, else the settings under any of its names. */
function heldBy({ identity: { name, project } }: Group, facts: ContainerFacts, held: HeldInMemory): string | undefined {
  const label = facts.labels[LABEL.memory];
  if (label !== undefined) return /^(true|1|yes|on)$/i.test(label) ? 'what it held in memory' : label;
  const names = [facts.name, name, ...(project === undefined ? [] : [`${project}/${name}`])];
  const pattern = Object.keys(held).find((one) => matching([one], names) !== undefined);
  return pattern === undefined ? undefined : held[pattern];
}

/** A replica whose replacement is not running: the older container keeps running, and the reason names what blocks the newer one. */
function judgeReplica({ facts, predecessor }: Replica, judgeOne: (facts: ContainerFacts) => Judged): Judged {
  const newest = judgeOne(facts);
  if (!predecessor) return newest;
  const older = judgeOne(predecessor);
  if (newest.verdict.level !== 'down') {
    const due = [newest.recheckAt, older.recheckAt].filter((at) => at !== undefined);
    return { verdict: older.verdict, ...(due.length > 0 ? { recheckAt: Math.min(...due) } : {}) };
  }
  const reason = `${facts.name}: ${newest.verdict.reason}; the old container keeps running (${predecessor.name})`;
  return { verdict: verdict('degraded', 'recreate-failed', reason, newest.verdict.since) };
}

/** A service whose facts cannot be read: it exists, but nothing else is known. */
export function unjudgedService({ identity, members }: Group, error: unknown): Base {
  const why = errorMessage(error);
  const { id, kind, project } = identity;
  const running = members.filter((facts) => facts.state === 'running').length;
  return {
    service: {
      id,
      kind,
      name: visibleName(identity.name),
      ...(project === undefined ? {} : { project: visibleName(project) }),
      containers: members,
      job: false,
      running,
      wanted: members.length,
      health: 'unknown',
      restarts: 0,
      ports: [],
      image: '',
      created: 0,
      dependsOn: [],
      verdict: { level: 'unknown', code: 'unknown', reason: `cannot be judged: ${why}` },
      blocks: [],
    },
  };
}

const JOB_NAME =
  /(?:^|[-_.])(?:migrat\w*|init|setup|seed\w*|job|bootstrap|backup|once|provision\w*|createbuckets?)(?:$|[-_.\d])/i;

/** Why it counts as a one-shot job, in words; undefined for a service. The label decides if it is set. */
function jobSign(group: Group, replicas: readonly ContainerFacts[], awaitedBy: string | undefined): string | undefined {
  const { identity, swarm } = group;
  const label = replicas[0]?.labels[LABEL.job]?.toLowerCase() ?? swarm?.labels[LABEL.job]?.toLowerCase();
  if (label === 'false') return undefined;
  if (label !== undefined) return `label ${LABEL.job}`;
  if (swarm?.mode === 'job') return 'Swarm job';
  if (identity.oneoff) return 'compose run (one-off)';
  if (awaitedBy !== undefined) return `${awaitedBy} waits for its completion`;
  const unsupervised = replicas.length > 0 && replicas.every((one) => policyOf(one) === 'no' && !publishes(one));
  return unsupervised && JOB_NAME.test(identity.name) ? 'its name, and no restart policy' : undefined;
}

function policyOf({ detail }: ContainerFacts): string | undefined {
  const name = detail?.restartPolicy.name;
  return name === '' ? 'no' : name;
}

function publishes({ ports }: ContainerFacts): boolean {
  return ports.some((port) => port.host !== undefined);
}

/** A single container without project and restart policy: after exit 0 it may be a finished job or a stopped service. */
function isLoose({ identity }: Group, facts: ContainerFacts): boolean {
  const policy = policyOf(facts);
  return identity.kind === 'container' && identity.project === undefined && (policy === 'no' || policy === undefined);
}

/** For a Swarm job: the completed tasks out of those needed, as only a few run at a time. */
function countsOf(
  swarm: SwarmService | undefined,
  running: number,
  replicas: number,
): Pick<Service, 'running' | 'wanted'> {
  if (!swarm) return { running, wanted: replicas };
  const counts = taskCounts(swarm);
  return { running: swarm.mode === 'job' ? counts.done : counts.running, wanted: counts.wanted };
}

/** When the newest running replica was started. */
function startedIn(replicas: readonly ContainerFacts[]): Pick<Service, 'startedAt'> {
  const starts = replicas.flatMap(({ state, detail }) => (state === 'running' ? (detail?.startedAt ?? []) : []));
  return starts.length > 0 ? { startedAt: Math.max(...starts) } : {};
}

const HEALTH_ORDER: readonly Health[] = ['none', 'healthy', 'starting', 'unknown', 'unhealthy'];

/** Combined from the running replicas. */
function worstHealth(replicas: readonly ContainerFacts[]): Health {
  return replicas
    .map(probedHealth)
    .reduce<Health>(
      (worst, health) => (HEALTH_ORDER.indexOf(health) > HEALTH_ORDER.indexOf(worst) ? health : worst),
      'none',
    );
}

/** Each port and address once across all replicas; published ones first. */
function mergedPorts(members: readonly ContainerFacts[], swarm: readonly Port[] = []): Port[] {
  const ports = new Map<string, Port>();
  for (const port of [...swarm, ...members.flatMap((member) => member.ports)]) {
    const key = `${port.address ?? ''} ${port.host ?? ''}:${port.container}/${port.protocol}`;
    if (!ports.has(key)) ports.set(key, port);
  }
  return [...ports.values()].sort(
    (a, b) =>
      (a.host ?? 100_000) - (b.host ?? 100_000) || a.container - b.container || (a.protocol < b.protocol ? -1 : 1),
  );
}
