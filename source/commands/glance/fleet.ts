import { setTimeout as pause } from 'node:timers/promises';
import { deriveDesk } from '../../desk/derive.ts';
import { serviceName } from '../../desk/identity.ts';
import { isWell } from '../../desk/levels.ts';
import { initialState } from '../../desk/reduce.ts';
import { type FleetCause, fleetCauses } from '../../fleet/causes.ts';
import type { FleetHost } from '../../fleet/model.ts';
import { isFaulty, urgency } from '../../fleet/urgency.ts';
import type { Clock } from '../../lib/clock.ts';
import { plural } from '../../lib/format.ts';
import { engineId } from '../../lib/ids.ts';
import { fit, jsonText, safe } from '../../lib/text.ts';
import { fleet as table } from '../../resources/fleet.ts';
import { causeSentence } from '../../resources/fleet-services.ts';
import type { CellContext } from '../../resources/resource.ts';
import type { Theme } from '../../ui/theme.ts';
import { textTable } from '../text-table.ts';
import type { GlanceFlags } from './command.ts';

export type FleetGlanceDeps = {
  /** One look at every host of the fleet. */
  look(): Promise<readonly FleetHost[]>;
  clock: Clock;
  theme: Theme;
  columns?: number;
  print(text: string): void;
  signal: AbortSignal;
};

/** 0 all well, 1 something degraded (or starting, or not known), 2 something down, 3 a host that could not be read. */
type Exit = 0 | 1 | 2 | 3;

/** `deskhand glance --fleet`: all hosts once, or again and again; answers the exit status of the last look. */
export async function glanceFleet(flags: GlanceFlags, deps: FleetGlanceDeps): Promise<Exit> {
  let before = '';
  for (;;) {
    const hosts = (await deps.look()).toSorted((a, b) => urgency(a) - urgency(b));
    const exit = exitOf(hosts);
    const text = textOf(hosts, exit, flags, deps);
    if (text !== '' && (flags.json || text !== before)) deps.print(text);
    before = text;
    if (!flags.watch || deps.signal.aborted) return exit;
    await pause(flags.everyMs ?? 5000, undefined, { signal: deps.signal }).catch(() => undefined);
    if (deps.signal.aborted) return exit;
  }
}

/** A host that is off was taken out on purpose: it counts for nothing. */
function exitOf(hosts: readonly FleetHost[]): Exit {
  const wanted = hosts.filter(({ state }) => state !== 'off');
  if (wanted.length === 0 || wanted.some(({ state }) => state !== 'live')) return 3;
  if (wanted.some(({ desk }) => desk?.verdict.level === 'down')) return 2;
  return wanted.every(({ desk }) => desk && isWell(desk.verdict.level)) ? 0 : 1;
}

function textOf(hosts: readonly FleetHost[], exit: Exit, flags: GlanceFlags, deps: FleetGlanceDeps): string {
  if (flags.json) return `${jsonText(reportOf(hosts, exit, deps.clock.now()), flags.watch ? undefined : 2)}\n`;
  if (flags.line) return `${lineOf(hosts, deps)}\n`;
  return tableOf(flags.quiet ? hosts.filter(isFaulty) : hosts, fleetCauses(hosts), deps);
}

const WORDS: readonly string[] = ['OK', 'DEGRADED', 'DOWN', 'UNREACHABLE'];

function lineOf(hosts: readonly FleetHost[], { columns, clock }: FleetGlanceDeps): string {
  const bad = hosts.filter(isFaulty);
  const [cause] = fleetCauses(hosts);
  const missing = bad.filter(({ state }) => state !== 'live').map(({ spec, state }) => `${spec.name} ${state}`);
  const what = [...missing, ...(cause ? [`${cause.service}: ${causeSentence(cause, clock.now())}`] : [])].join('; ');
  const count = `${bad.length === 0 ? '' : `${bad.length} of `}${plural(hosts.length, 'host')}`;
  const line = safe(`${WORDS[exitOf(hosts)]} ${count}${what === '' ? '' : `: ${what}`}`);
  return columns === undefined ? line : fit(line, columns).trimEnd();
}

/** Columns of the table that one look can fill. */
const SHOWN = ['name', 'role', 'services', 'rtt', 'clock', 'state'];

function tableOf(
  hosts: readonly FleetHost[],
  causes: readonly FleetCause[],
  { clock, theme }: FleetGlanceDeps,
): string {
  if (hosts.length === 0) return '';
  const now = clock.now();
  const state = initialState(now, engineId(''));
  const world: CellContext = { state, desk: deriveDesk(state), glyph: (name) => theme.glyph(name) };
  const columns = SHOWN.flatMap((id) => table.columns.find((column) => column.id === id) ?? []);
  const rows = textTable(columns, hosts, world, (text, { tone }, row) =>
    theme.paint(tone?.(row, world) ?? 'plain', text),
  );
  const lines = causes.map((cause) => safe(`${cause.service}: ${causeSentence(cause, now)}`));
  return lines.length === 0 ? rows : `${rows}\n${lines.join('\n')}\n`;
}

/** What `--json` prints. `schema` counts up when a field changes its meaning or goes; new fields may come. */
function reportOf(hosts: readonly FleetHost[], exit: Exit, now: number): object {
  const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  return {
    schema: 1,
    at: time(now),
    exit,
    hosts: hosts.map(({ spec, state, why, advice, desk, deskState, rtt, clockOffset }) => ({
      ...{
        host: spec.name,
        role: spec.role,
        group: spec.group,
        pair: spec.pair,
        where: spec.where,
        state,
        why,
        advice,
      },
      engine: deskState.engine && { name: deskState.engine.name, version: deskState.engine.version },
      rttMs: rtt === undefined ? undefined : Math.round(rtt * 10) / 10,
      clockOffsetMs: clockOffset,
      ...(desk
        ? {
            verdict: { ...desk.verdict, since: time(desk.verdict.since) },
            services: desk.services.length,
            well: desk.services.filter(({ verdict }) => isWell(verdict.level)).length,
            troubles: desk.services
              .filter(({ verdict }) => !isWell(verdict.level))
              .map((service) => ({
                service: serviceName(service),
                verdict: { ...service.verdict, since: time(service.verdict.since) },
                image: service.image,
                imageId: service.imageId,
                cause: service.cause?.name,
              })),
          }
        : {}),
    })),
    causes: fleetCauses(hosts).map(({ id: _, since, ...cause }) => ({ ...cause, since: time(since) })),
  };
}
