import type { ContainerFacts, Health, Port } from '../engine/facts.ts';
import { visibleName } from '../lib/visible-name.ts';
import { type Group, replicasOf } from './group.ts';
import { LABEL } from './identity.ts';
import { judge } from './judge.ts';
import { NOTHING } from './memory.ts';
import type { Dependency, Service } from './model.ts';
import { judgeService } from './service-verdict.ts';
import type { DeskState } from './state.ts';

/** A service before its neighbours are looked at: its own verdict, without cause, and when time alone may change it. */
export type Base = { service: Service; recheckAt?: number };

/** What the state says beside the containers themselves. */
export type ServiceEvidence = Pick<
  DeskState,
  'now' | 'memory' | 'usageSignals' | 'lines' | 'probes' | 'activity' | 'breaches'
>;

/** `awaitedBy`: a service of the project that waits for this one's completion. */
export function serviceOf(
  group: Group,
  dependsOn: readonly Dependency[],
  awaitedBy: string | undefined,
  told: ServiceEvidence,
): Base {
  const { identity, members, swarm } = group;
  const replicas = replicasOf(group);
  const jobBecause = jobSign(group, replicas, awaitedBy);
  const job = jobBecause !== undefined;
  const judged = replicas.map((facts) =>
    judge({
      facts,
      memory: told.memory.get(facts.id) ?? NOTHING,
      usageSignals: told.usageSignals.get(facts.id),
      lines: told.lines.get(facts.id),
      job,
      loose: isLoose(group, facts),
      now: told.now,
    }),
  );
  const running = replicas.filter((facts) => facts.state === 'running').length;
  const { verdict, recheckAt } = judgeService(
    { replicas, judged, swarm, running, now: told.now },
    {
      probes: told.probes.get(identity.id) ?? [],
      activity: told.activity.get(identity.id),
      breaches: told.breaches.get(identity.id) ?? [],
    },
  );
  const newest = members.reduce<ContainerFacts | undefined>((a, b) => (a && a.created >= b.created ? a : b), undefined);
  return {
    recheckAt,
    service: {
      id: identity.id,
      kind: identity.kind,
      name: visibleName(identity.name),
      ...(identity.project === undefined ? {} : { project: visibleName(identity.project) }),
      containers: members,
      ...(swarm ? { swarm } : {}),
      job,
      ...(job ? { jobBecause } : {}),
      running: swarm?.running ?? running,
      wanted: swarm?.wanted ?? swarm?.running ?? replicas.length,
      health: worstHealth(replicas),
      restarts: members.reduce((sum, member) => sum + (member.detail?.restartCount ?? 0), 0),
      ports: mergedPorts(members, swarm?.ports),
      image: newest?.image ?? swarm?.image ?? '',
      created: newest?.created ?? swarm?.created ?? 0,
      dependsOn,
      verdict,
      blocks: [],
    },
  };
}

const JOB_NAME =
  /(?:^|[-_.])(?:migrat\w*|init|setup|seed\w*|job|bootstrap|backup|once|provision\w*|createbuckets?)(?:$|[-_.\d])/i;

/** The sign that makes it a one-shot job, in words; undefined for a service. The label decides where it is set. */
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

/** A single container of no project that nothing restarts: ended with 0 it may be a finished job as well as a stopped service. */
function isLoose({ identity }: Group, facts: ContainerFacts): boolean {
  const policy = policyOf(facts);
  return identity.kind === 'container' && identity.project === undefined && (policy === 'no' || policy === undefined);
}

const HEALTH_ORDER: readonly Health[] = ['none', 'healthy', 'starting', 'unknown', 'unhealthy'];

/** Of the running replicas. */
function worstHealth(replicas: readonly ContainerFacts[]): Health {
  const running = replicas.filter((facts) => facts.state === 'running');
  return running.reduce<Health>(
    (worst, { health }) => (HEALTH_ORDER.indexOf(health) > HEALTH_ORDER.indexOf(worst) ? health : worst),
    'none',
  );
}

/** Each port once, whatever the replica and the address family, published ones first. */
function mergedPorts(members: readonly ContainerFacts[], swarm: readonly Port[] = []): Port[] {
  const ports = new Map<string, Port>();
  for (const port of [...swarm, ...members.flatMap((member) => member.ports)]) {
    const key = `${port.host ?? ''}:${port.container}/${port.protocol}`;
    if (!ports.has(key)) ports.set(key, port);
  }
  return [...ports.values()].sort(
    (a, b) =>
      (a.host ?? 100_000) - (b.host ?? 100_000) || a.container - b.container || (a.protocol < b.protocol ? -1 : 1),
  );
}
