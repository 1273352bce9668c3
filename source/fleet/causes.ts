import { serviceName } from '../desk/identity.ts';
import { isTrouble, severity } from '../desk/levels.ts';
import type { Level, Service, VerdictCode } from '../desk/model.ts';
import type { EngineId } from '../lib/ids.ts';
import type { FleetHost } from './model.ts';

/** The same trouble of the same service, wherever it shows. */
export type FleetCause = {
  id: string;
  /** `project/service`. */
  service: string;
  level: Level;
  code: VerdictCode;
  /** As reported by the host where it began. */
  reason: string;
  /** When it began on the first host (ms); undefined when no host says. */
  since?: number;
  hosts: readonly EngineId[];
  /** Image id that it runs, the same on all these hosts. */
  image: string;
  /** Hosts where the service is well, by the image they run. */
  well: readonly { image: string; hosts: readonly EngineId[] }[];
  /** Services that are not ok because of it, over all hosts. */
  blocks: number;
};

/** Numbers, times and ids differ from host to host and mean the same; an exit code does not. */
function normalised(reason: string): string {
  return reason
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi, '#')
    .replace(/(\bexit(?:ed with| code)? )?(?<![a-z_-])\d+(?:[.,:]\d+)*/gi, (found, exit: string | undefined) =>
      exit ? found : '#',
    );
}

type Member = { host: FleetHost; service: Service };

/** One row per cause over all hosts, the worst first; a service whose trouble another one explains is none. */
export function fleetCauses(hosts: readonly FleetHost[]): FleetCause[] {
  const members = hosts.flatMap((host) => (host.desk?.services ?? []).map((service): Member => ({ host, service })));
  const byName = Map.groupBy(members, ({ service }) => serviceName(service));
  const roots = members.filter(({ service }) => isTrouble(service.verdict) && !service.cause);
  const groups = Map.groupBy(roots, ({ service }) => causeKey(service));
  return [...groups]
    .map(([id, group]) => causeOf(id, group, byName))
    .sort(
      (a, b) =>
        severity(b.level) - severity(a.level) ||
        b.hosts.length - a.hosts.length ||
        b.blocks - a.blocks ||
        (a.since ?? 0) - (b.since ?? 0),
    );
}

function causeKey(service: Service): string {
  const { verdict, imageId = '' } = service;
  return [serviceName(service), verdict.level, verdict.code, normalised(verdict.reason), imageId].join('\n');
}

function causeOf(id: string, group: readonly Member[], byName: ReadonlyMap<string, readonly Member[]>): FleetCause {
  const began = ({ service }: Member) => service.verdict.since ?? Number.POSITIVE_INFINITY;
  const first = group.reduce((a, b) => (began(b) < began(a) ? b : a));
  const { service } = first;
  const name = serviceName(service);
  const well = (byName.get(name) ?? []).filter((member) => !isTrouble(member.service.verdict));
  const byImage = Map.groupBy(well, (member) => member.service.imageId ?? '');
  return {
    id,
    service: name,
    level: service.verdict.level,
    code: service.verdict.code,
    reason: service.verdict.reason,
    since: service.verdict.since,
    hosts: namesOf(group),
    image: service.imageId ?? '',
    well: [...byImage].map(([image, some]) => ({ image, hosts: namesOf(some) })),
    blocks: group.reduce((sum, member) => sum + member.service.blocks.length, 0),
  };
}

function namesOf(members: readonly Member[]): EngineId[] {
  return members.map(({ host }) => host.spec.name);
}
