import { serviceName } from '../desk/identity.ts';
import type { Service } from '../desk/model.ts';
import { type FleetCause, fleetCauses } from '../fleet/causes.ts';
import { type FleetHost, isOld } from '../fleet/model.ts';
import { type Difference, differences, shortId } from '../fleet/parity.ts';
import { bytes, moment, plural } from '../lib/format.ts';
import { memoizeByObject } from '../lib/memoize.ts';
import { exactly } from '../lib/pattern.ts';
import { safe } from '../lib/text.ts';
import type { Column } from '../ui/table/columns.ts';
import { levelGlyph, levelTone } from './cells.ts';
import { ageColumn, numberColumn } from './columns.ts';
import { labelsOf, termsOf } from './fleet.ts';
import type { CellContext, Resource } from './resource.ts';
import { services } from './services.ts';

/** Tables of what runs on all hosts of a fleet. */

type Row = { host: FleetHost; service: Service };

/** What cells of the service are made from: its own host's desk, at the present. */
function at({ host }: Row, world: CellContext): CellContext {
  const { deskState, desk = world.desk } = host;
  return { ...world, state: { ...deskState, now: world.state.now }, desk };
}

/** A column of the table of one desk, read on the row's own host; grey where that host is not in contact. */
function onHost(id: string): Column<Row, CellContext>[] {
  const found = services.columns.find((column) => column.id === id);
  if (!found) return [];
  const { value, tone, sort, csv, ...rest } = found;
  return [
    {
      ...rest,
      value: (row, world) => value(row.service, at(row, world)),
      tone: (row, world) => (isOld(row.host) ? 'dim' : (tone?.(row.service, at(row, world)) ?? 'plain')),
      ...(sort ? { sort: (row, world) => sort(row.service, at(row, world)) } : {}),
      ...(csv ? { csv: (row, world) => csv(row.service, at(row, world)) } : {}),
    },
  ];
}

/** All services of all hosts. */
export const fleetServices: Resource<Row> = {
  name: 'fleet-services',
  title: 'Services of all hosts',
  aliases: ['fleet-services', 'fsvc'],
  insteadOf: services.aliases,
  own: true,
  hosts: 'fleet',
  sort: { column: 'state', descending: false },
  empty: 'No services on any host so far.',
  id: ({ host, service }) => `${host.spec.name} ${service.id}`,
  nameOf: ({ service }) => safe(serviceName(service)),
  labels: ({ host, service }) => ({ ...service.containers[0]?.labels, ...labelsOf(host) }),
  terms: ({ host }) => termsOf(host),
  faulty: ({ service }) => services.faulty?.(service) ?? false,
  rows: ({ fleet }) =>
    (fleet?.hosts ?? []).flatMap((host) => (host.desk?.services ?? []).map((service) => ({ host, service }))),
  onHosts: ({ host, service }) => ({ service: serviceName(service), hosts: [host.spec.name] }),
  enter: ({ host, service }) => ({ open: 'context', name: host.spec.name, service: serviceName(service) }),
  columns: [
    {
      id: 'host',
      title: 'HOST',
      width: 8,
      fits: { max: 24 },
      cut: 'middle',
      rank: 0,
      searched: true,
      value: ({ host }) => safe(host.spec.name),
      tone: ({ host }) => (isOld(host) ? 'dim' : 'plain'),
    },
    ...['name', 'state', 'ready', 'restarts', 'up', 'age', 'ports', 'image'].flatMap(onHost),
  ],
};

/** `lon-engine-1, lon-engine-2 and 5 more`. */
function hostList(hosts: readonly string[], most = 3): string {
  if (hosts.length <= most + 1) return hosts.join(', ');
  return `${hosts.slice(0, most).join(', ')} and ${hosts.length - most} more`;
}

/** Where the service is well: `3 hosts on sha256:cd34…, 1 host on it`. */
function wellText(well: FleetCause['well'], image: string): string {
  return well
    .map((one) => `${plural(one.hosts.length, 'host')} on ${one.image === image ? 'it' : shortId(one.image)}`)
    .join(', ');
}

/** `restart loop on 7 hosts since 09:15:03, all on sha256:ab12…; well: 3 hosts on sha256:cd34…`. */
export function causeSentence({ reason, hosts, since, image, well }: FleetCause, now: number): string {
  const when = since === undefined ? '' : ` since ${moment(since, now)}`;
  const what = image === '' ? '' : `, ${hosts.length > 1 ? 'all ' : ''}on ${shortId(image)}`;
  const rest = well.length === 0 ? '' : `; well: ${wellText(well, image)}`;
  return `${reason} on ${plural(hosts.length, 'host')}${when}${what}${rest}`;
}

const serviceColumn: Column<{ service: string }, CellContext> = {
  id: 'name',
  title: 'SERVICE',
  width: 10,
  fits: { max: 30 },
  cut: 'middle',
  rank: 0,
  value: ({ service }) => safe(service),
};

const causesOf = memoizeByObject(fleetCauses);

/** One row per cause over all hosts. */
export const fleetCausesTable: Resource<FleetCause> = {
  name: 'fleet-causes',
  title: 'Causes on all hosts',
  aliases: ['fleet-causes', 'fcauses'],
  insteadOf: ['causes', 'cause'],
  own: true,
  hosts: 'fleet',
  sort: { column: 'hosts', descending: true },
  empty: 'Nothing is wrong on any host in contact.',
  id: ({ id }) => id,
  nameOf: ({ service }) => safe(service),
  terms: ({ hosts }) => hosts.map((host) => safe(`host=${host}`)),
  rows: ({ fleet }) => (fleet ? causesOf(fleet.hosts) : []),
  details: (cause, world) =>
    [`${cause.service}: ${causeSentence(cause, world.state.now)}`, '', ...cause.hosts.map((host) => `  ${host}`)].map(
      safe,
    ),
  onHosts: ({ service, hosts }) => ({ service, hosts }),
  enter: (cause) => {
    const [only] = cause.hosts;
    if (cause.hosts.length === 1 && only !== undefined) return { open: 'context', name: only, service: cause.service };
    return { open: 'table', resource: 'fleet-services', scope: {}, filter: exactly(cause.service) };
  },
  columns: [
    serviceColumn,
    numberColumn(
      { id: 'hosts', title: 'HOSTS', width: 6, rank: 0, tone: ({ level }) => levelTone(level) },
      ({ hosts }) => hosts.length,
    ),
    {
      id: 'state',
      title: 'CAUSE',
      width: 24,
      fits: { max: 72, before: 4 },
      rank: 0,
      searched: true,
      value: ({ level, reason }, world) => safe(`${world.glyph(levelGlyph(level))} ${reason}`),
      tone: ({ level }) => levelTone(level),
    },
    { id: 'image', title: 'ALL ON', width: 19, rank: 2, searched: true, value: ({ image }) => safe(shortId(image)) },
    {
      id: 'well',
      title: 'WELL',
      width: 12,
      fits: { max: 60 },
      rank: 4,
      value: ({ well, image }) => safe(wellText(well, image)),
    },
    numberColumn({ id: 'blocks', title: 'BLOCKS', width: 6, rank: 2 }, ({ blocks }) => blocks || undefined),
    ageColumn(({ since }) => since, { id: 'for', title: 'FOR', rank: 1, live: true }),
    {
      id: 'on',
      title: 'ON',
      width: 16,
      grow: { max: 80 },
      rank: 3,
      searched: true,
      value: ({ hosts }) => safe(hostList(hosts)),
      csv: ({ hosts }) => safe(hosts.join(' ')),
    },
  ],
};

const differencesOf = memoizeByObject((hosts: readonly FleetHost[]) => differences(hosts));

/** Bytes are formatted. */
function parityValue(value: string): string {
  return value.replace(
    /\b(memory(?:Swap)?) (\d+)/g,
    (_, name: string, size: string) => `${name} ${bytes(Number(size))}`,
  );
}

/** Where hosts of one role differ. */
export const parity: Resource<Difference> = {
  name: 'parity',
  title: 'Parity',
  aliases: ['parity'],
  own: true,
  hosts: 'fleet',
  sort: { column: 'role', descending: false },
  empty: 'No differences between hosts of the same role, as far as they are known.',
  id: ({ id }) => id,
  nameOf: ({ service }) => safe(service),
  terms: ({ hosts, role }) => [`role=${role}`, ...hosts.map((host) => `host=${host}`)].map(safe),
  rows: ({ fleet }) => (fleet ? differencesOf(fleet.hosts) : []),
  details: ({ role, service, field, hosts, has, most, mostHosts }) =>
    [
      `${service} (${role || 'no role'}): ${field}`,
      `most     ${plural(mostHosts, 'host')}: ${parityValue(most)}`,
      `odd      ${hosts.join(', ')}: ${parityValue(has)}`,
    ].map(safe),
  onHosts: ({ service, hosts }) => ({ service, hosts }),
  enter: ({ hosts: [host], service }) => (host === undefined ? undefined : { open: 'context', name: host, service }),
  columns: [
    {
      id: 'role',
      title: 'ROLE',
      width: 8,
      fits: { max: 16 },
      rank: 1,
      searched: true,
      value: ({ role }) => safe(role || '-'),
      sort: ({ role, service, field }) => `${role} ${service} ${field}`,
    },
    serviceColumn,
    { id: 'field', title: 'DIFFERS', width: 7, rank: 0, searched: true, value: ({ field }) => field },
    {
      id: 'hosts',
      title: 'ODD HOSTS',
      width: 14,
      fits: { max: 60 },
      rank: 0,
      searched: true,
      value: ({ hosts }) => safe(hostList(hosts)),
      tone: () => 'warn',
    },
    {
      id: 'has',
      title: 'HAVE',
      width: 12,
      grow: { max: 60 },
      rank: 1,
      searched: true,
      value: ({ has }) => safe(parityValue(has)),
    },
    {
      id: 'most',
      title: 'MOST HAVE',
      width: 12,
      grow: { max: 60 },
      rank: 2,
      value: ({ most }) => safe(parityValue(most)),
    },
    {
      id: 'count',
      title: 'OF',
      width: 4,
      align: 'right',
      rank: 3,
      value: ({ hosts, mostHosts }) => String(hosts.length + mostHosts),
      sort: ({ mostHosts }) => mostHosts,
    },
  ],
};
