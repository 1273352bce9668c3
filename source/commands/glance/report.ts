import { adviceFor, incidentAdvice } from '../../desk/advice.ts';
import { adviceText, type Step } from '../../desk/advice-words.ts';
import { countLevels, isWell, type LevelCounts } from '../../desk/levels.ts';
import type { Cause, Desk, Incident, Level, Service, Verdict } from '../../desk/model.ts';
import { summary } from '../../desk/projects.ts';
import type { DeskState } from '../../desk/state.ts';
import { verdict } from '../../desk/verdict.ts';
import { safe } from '../../lib/text.ts';
import { commandFor } from './advice.ts';

export type GlanceOptions = {
  /** Only this compose project or Swarm stack. */
  project?: string;
};

/** Times are ISO 8601 in UTC; a field without a value is left out. */
export type GlanceVerdict = { level: Level; code: string; reason: string; since?: string };

export type GlanceService = {
  id: string;
  name: string;
  project?: string;
  kind: Service['kind'];
  job: boolean;
  verdict: GlanceVerdict;
  running: number;
  wanted: number;
  health: Service['health'];
  restarts: number;
  /** As it was named at the start. */
  image: string;
  imageId?: string;
  /** The tag refers to a newer image now. */
  imageReplaced?: true;
  /** The services that explain this one's problem, the most likely first. */
  causes: { id: string; name: string; signal: string }[];
  /** Ids of the services that fail because of this one. */
  blocks: string[];
  /** Names of services that it needs and that are down, while it is well as far as is known. */
  needs?: string[];
  /** The incident that took it with others. */
  incident?: Incident['kind'];
  /** The next step, in words of the command line; `does` is the first thing to do. */
  advice?: { text: string; does?: Step };
  /** The log line that best explains its problem: its last error. */
  lastLine?: string;
};

export type GlanceProject = {
  /** Empty for what belongs to no project. */
  name: string;
  verdict: GlanceVerdict;
  services: number;
  /** Services per level, without the levels that have none. */
  levels: LevelCounts;
};

/** What `deskhand glance --json` prints. `schema` counts up when a field changes its meaning or goes; new fields may come. */
export type GlanceReport = {
  schema: 1;
  at: string;
  engine: { name?: string; version?: string; reachable: boolean; why?: string; advice?: string; forbidden?: string[] };
  /** Exit status of the command: 0 ok, 1 degraded (or starting, or not known), 2 down, 3 engine not reachable. */
  exit: 0 | 1 | 2 | 3;
  verdict: GlanceVerdict;
  projects: GlanceProject[];
  /** Incidents that affect many services at once: a restart of the engine, a full disk. */
  incidents: GlanceIncident[];
  services: GlanceService[];
};

export type GlanceIncident = {
  kind: Incident['kind'];
  reason: string;
  since?: string;
  services: string[];
  advice: string[];
};

/** The desk in one report. Pure; text of containers in it is made safe for a terminal. */
export function glanceReport(state: DeskState, desk: Desk, { project }: GlanceOptions = {}): GlanceReport {
  const chosen = desk.services.filter((service) => project === undefined || service.project === project);
  const engine = engineOf(state);
  const overall = project === undefined || !engine.reachable ? desk.verdict : projectVerdict(project, chosen);
  return {
    schema: 1,
    at: new Date(state.now).toISOString(),
    engine,
    exit: engine.reachable ? statusOf(overall.level) : 3,
    verdict: plain(overall),
    projects: projectsIn(chosen),
    incidents: desk.incidents.map((incident) => incidentIn(incident, desk)),
    services: chosen.map((service) => serviceIn(service, desk, state)),
  };
}

function statusOf(level: Level): 0 | 1 | 2 {
  if (isWell(level)) return 0;
  return level === 'down' ? 2 : 1;
}

function engineOf({ connection, engine, lastUpdateAt }: DeskState): GlanceReport['engine'] {
  const reachable = connection.state !== 'lost' && lastUpdateAt !== undefined;
  return {
    ...(engine ? { name: safe(engine.name), version: safe(engine.version) } : {}),
    ...(engine?.forbidden ? { forbidden: engine.forbidden.map(safe) } : {}),
    reachable,
    ...(connection.state === 'lost' ? { why: safe(connection.why.message), advice: safe(connection.why.advice) } : {}),
  };
}

function projectVerdict(project: string, services: readonly Service[]): Verdict {
  if (services.length > 0) return summary(services);
  return verdict('down', 'unknown', `no container of project ${project} exists`);
}

function projectsIn(services: readonly Service[]): GlanceProject[] {
  const byName = Map.groupBy(services, (service) => service.project ?? '');
  return [...byName].map(([name, members]) => ({
    name: safe(name),
    verdict: plain(summary(members)),
    services: members.length,
    levels: countLevels(members),
  }));
}

function incidentIn(incident: Incident, desk: Desk): GlanceIncident {
  const { kind, reason, since, services } = incident;
  const advice = incidentAdvice(incident, desk).map(({ advice: one, about }) =>
    safe(adviceText(one, (step) => commandFor(step, about))),
  );
  return {
    kind,
    reason,
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    services: services.map(safe),
    advice,
  };
}

function adviceIn(service: Service, desk: Desk, state: DeskState): GlanceService['advice'] {
  const advice = adviceFor(service, desk, state);
  if (!advice) return undefined;
  const text = safe(adviceText(advice, (step) => commandFor(step, service)));
  return advice.does === undefined ? { text } : { text, does: advice.does };
}

function serviceIn(service: Service, desk: Desk, state: DeskState): GlanceService {
  const well = isWell(service.verdict.level);
  const advice = well ? undefined : adviceIn(service, desk, state);
  const lastLine = well || !service.said ? undefined : safe(service.said.text);
  const causes: readonly Cause[] = service.cause ? [service.cause, ...(service.otherCauses ?? [])] : [];
  return {
    id: safe(service.id),
    name: safe(service.name),
    ...(service.project === undefined ? {} : { project: safe(service.project) }),
    kind: service.kind,
    job: service.job,
    verdict: plain(service.verdict),
    running: service.running,
    wanted: service.wanted,
    health: service.health,
    restarts: service.restarts,
    image: safe(service.image),
    ...(service.imageId ? { imageId: safe(service.imageId) } : {}),
    ...(service.imageReplaced ? { imageReplaced: true } : {}),
    causes: causes.map(({ serviceId, name, signal }) => ({
      id: safe(serviceId),
      name: safe(name),
      signal: safe(signal),
    })),
    blocks: service.blocks.map(safe),
    ...(service.needs ? { needs: service.needs.map(safe) } : {}),
    ...(service.incident ? { incident: service.incident } : {}),
    ...(advice ? { advice: { ...advice, text: safe(advice.text) } } : {}),
    ...(lastLine ? { lastLine } : {}),
  };
}

function plain({ level, code, reason, since }: Verdict): GlanceVerdict {
  return {
    level,
    code,
    reason: safe(reason),
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
  };
}
