import { Deriver } from '../../source/desk/derive.ts';
import type { Desk, Service } from '../../source/desk/model.ts';
import { initialState, reduceAll } from '../../source/desk/reduce.ts';
import type { DeskMessage, DeskState } from '../../source/desk/state.ts';
import type { ContainerFacts } from '../../source/engine/facts.ts';
import { engineId, serviceId } from '../../source/lib/ids.ts';
import type { CellContext } from '../../source/resources/resource.ts';
import { createTheme } from '../../source/ui/theme.ts';
import { container, NOON } from './facts.ts';

/** A compose service that runs as wanted, with one container named after it, but for `changes`. */
export function service(project: string, name: string, changes: Partial<Service> = {}): Service {
  const containers = changes.containers ?? [container(`${project}-${name}`)];
  return {
    id: serviceId(`compose:${project}/${name}`),
    kind: 'compose',
    name,
    project,
    containers,
    job: false,
    running: containers.length,
    wanted: containers.length,
    health: 'none',
    restarts: 0,
    ports: [],
    image: 'image:1',
    created: 0,
    dependsOn: [],
    verdict: { level: 'ok', code: 'running', reason: '' },
    blocks: [],
    ...changes,
  };
}

/** The desk of these services; dependencies are given their service's id. */
export function deskOf(given: readonly Service[]): { desk: Desk; state: DeskState } {
  const services = given.map((one) => ({
    ...one,
    dependsOn: one.dependsOn.map((link) => ({
      ...link,
      serviceId: given.find(({ name, project }) => name === link.service && project === one.project)?.id,
    })),
  }));
  const containers = services.flatMap((one) => one.containers);
  const names = [...new Set(services.flatMap((one) => one.project ?? []))];
  const verdict = { level: 'ok', code: 'running', reason: '' } as const;
  const desk: Desk = {
    services,
    byId: new Map(services.map((one) => [one.id, one])),
    ownerOf: new Map(services.flatMap((one) => one.containers.map((own) => [own.id, one.id] as const))),
    projects: names.map((name) => ({
      name,
      services: services.filter((one) => one.project === name).map((one) => one.id),
      verdict,
    })),
    incidents: [],
    verdict,
  };
  const state: DeskState = {
    ...initialState(0, engineId('fake')),
    containers: new Map(containers.map((own) => [own.id, own])),
  };
  return { desk, state };
}

/**
 * What the cells of tables and the lines of panes are drawn from: the desk of these containers at NOON, on an engine that
 * answers, after `messages`.
 */
export function worldOf(
  containers: readonly ContainerFacts[],
  { project, messages = [] }: { project?: string; messages?: readonly DeskMessage[] } = {},
): CellContext {
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'containers', at: NOON, containers },
    ...messages,
  ]);
  return { state, desk: new Deriver().derive(state), project, glyph: createTheme(PLAIN).glyph };
}

const PLAIN = { level: 0, ascii: false } as const;
