import { serviceName } from '../desk/identity.ts';
import { isWell } from '../desk/levels.ts';
import { type Fleet, type FleetHost, isOld } from '../fleet/model.ts';
import { isFaulty } from '../fleet/urgency.ts';
import { duration, moment } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import type { Theme } from '../ui/theme.ts';
import { levelGlyph } from './cells.ts';
import {
  changeColumn,
  clockColumn,
  countColumn,
  groupColumn,
  heardColumn,
  hostColumn,
  hostMark,
  modeColumn,
  pairColumn,
  pinColumn,
  roleColumn,
  rttColumn,
  skinColumn,
  stateColumn,
  versionColumn,
  whereColumn,
} from './fleet-columns.ts';
import type { CellContext, Opening, Resource } from './resource.ts';

/** Beyond so many hosts a strip above the table shows all of them at once. */
const MANY = 40;

/** What a host is found by. */
export function labelsOf({ spec }: FleetHost): Record<string, string> {
  const { name, role, group, pair } = spec;
  const labels = { host: name, role, group, pair };
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The desk of the host; one that is off is not connected to by a slip of the finger. */
function enter(host: FleetHost, world?: CellContext): Opening {
  const { spec, state } = host;
  if (state !== 'off' || !world) return { open: 'context', name: spec.name };
  return { open: 'text', name: safe(spec.name), lines: detailsOf(host, world) };
}

/** A sign for each host in the order of their names, as many in a row as there is room. */
function strip({ hosts }: Fleet, width: number, theme: Theme): string[] {
  if (hosts.length <= MANY) return [];
  const signs = hosts.map((host) => {
    const { glyph, tone } = hostMark(host);
    return theme.paint(isOld(host) && tone === 'warn' ? 'dim' : tone, glyph === undefined ? '·' : theme.glyph(glyph));
  });
  const rows: string[] = [];
  const each = Math.max(1, width - 2);
  for (let at = 0; at < signs.length; at += each) rows.push(` ${signs.slice(at, at + each).join('')}`);
  return rows;
}

/** `role=engine`: the same as texts. */
export function termsOf(host: FleetHost): string[] {
  return Object.entries(labelsOf(host)).map(([name, value]) => safe(`${name}=${value}`));
}

/** All of the host, with the whole of what the row has no room for. */
function detailsOf(host: FleetHost, world: CellContext): string[] {
  const { spec, desk, deskState, why, advice } = host;
  const { engine } = deskState;
  const fields: [string, string | undefined][] = [
    ['host', spec.name],
    ['where', spec.where],
    ['role', spec.role],
    ['group', spec.group],
    ['pair', spec.pair],
    ['state', host.state === 'live' ? 'live' : `${host.state} since ${moment(host.since, world.state.now)}`],
    ['why', why],
    ['do', advice],
    [
      'engine',
      engine && `${engine.product ?? 'Docker'} ${engine.version} on ${engine.name}, ${engine.operatingSystem}`,
    ],
    ['answers', host.rtt === undefined ? undefined : `after ${duration(host.rtt)}`],
    ['clock', clockText(host)],
    ['pinned', host.pinned ? 'read every ten seconds' : undefined],
    ['actions', spec.readonly ? 'read-only' : 'allowed'],
    ['verdict', desk && `${desk.verdict.level}: ${desk.verdict.reason}`],
  ];
  const troubled = desk?.services.filter(({ verdict }) => !isWell(verdict.level)) ?? [];
  return [
    ...fields.flatMap(([name, value]) => (value === undefined || value === '' ? [] : `${name.padEnd(9)}${value}`)),
    ...(troubled.length === 0 ? [] : ['']),
    ...troubled.map(
      (service) =>
        `${world.glyph(levelGlyph(service.verdict.level))} ${serviceName(service)}: ${service.verdict.reason}`,
    ),
  ].map(safe);
}

function clockText({ clockOffset }: FleetHost): string | undefined {
  if (!clockOffset) return undefined;
  return `${duration(Math.abs(clockOffset))} ${clockOffset > 0 ? 'ahead' : 'behind'}`;
}

const shared = {
  own: true,
  ofHosts: true,
  id: ({ spec }: FleetHost) => spec.name,
  nameOf: ({ spec }: FleetHost) => safe(spec.name),
  labels: labelsOf,
  terms: termsOf,
  details: detailsOf,
  faulty: isFaulty,
  sort: { column: 'state', descending: false },
  enter,
} as const;

/** All hosts of the fleet, the worst first. */
export const fleet: Resource<FleetHost> = {
  ...shared,
  name: 'fleet',
  title: 'Fleet',
  aliases: ['fleet', 'hosts'],
  empty: 'There are no hosts: name them under "hosts" in the settings, or with "docker context create".',
  hosts: 'fleet',
  rows: (source) => source.fleet?.hosts ?? [],
  strip: ({ fleet: all }, width, theme) => (all ? strip(all, width, theme) : []),
  columns: [
    pinColumn,
    hostColumn,
    stateColumn,
    roleColumn,
    countColumn,
    rttColumn,
    clockColumn,
    changeColumn,
    heardColumn,
    groupColumn,
    pairColumn,
    { ...versionColumn, wide: true },
    { ...whereColumn, wide: true },
  ],
};

/** Every docker context and every host of the settings. */
export const contexts: Resource<FleetHost> = {
  ...shared,
  name: 'contexts',
  title: 'Contexts',
  aliases: ['contexts', 'ctxs'],
  empty: 'There are no docker contexts and no hosts in the settings.',
  hosts: 'all',
  rows: (source) => source.fleet?.hosts ?? [],
  columns: [
    {
      id: 'current',
      title: ' ',
      width: 1,
      rank: 0,
      value: ({ spec }, { state }) => ([spec.name, spec.where].includes(state.engineId) ? '*' : ''),
      tone: () => 'title',
    },
    hostColumn,
    stateColumn,
    roleColumn,
    countColumn,
    rttColumn,
    versionColumn,
    clockColumn,
    modeColumn,
    skinColumn,
    heardColumn,
    whereColumn,
    { ...groupColumn, wide: true },
    pairColumn,
  ],
};
