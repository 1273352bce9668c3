import type { World } from '../world/types.ts';
import { EXNESS_INCIDENTS } from './exness.ts';
import { HOST_INCIDENTS } from './host.ts';
import type { Incident } from './incident.ts';
import { NANOARB_INCIDENTS } from './nanoarb.ts';
import { OPENALGO_INCIDENTS } from './openalgo.ts';
import { SimulatorError } from './simulator-error.ts';

const INCIDENTS = { ...NANOARB_INCIDENTS, ...OPENALGO_INCIDENTS, ...HOST_INCIDENTS, ...EXNESS_INCIDENTS } as const;

export type IncidentName = keyof typeof INCIDENTS;

/** All incidents by name, each with its symptom and remedy in one line. */
export const incidentNames: Readonly<Record<IncidentName, string>> = Object.fromEntries(
  Object.entries(INCIDENTS).map(([name, incident]) => [name, incident.description]),
) as Record<IncidentName, string>;

/** The name itself if the incident exists; otherwise throws an error that lists all names. */
export function incidentOf(name: string): IncidentName {
  const found = (Object.keys(INCIDENTS) as IncidentName[]).find((known) => known === name);
  if (!found)
    throw new SimulatorError(`There is no incident "${name}". Incidents: ${Object.keys(INCIDENTS).join(', ')}.`);
  return found;
}

/** Whether a host with these stacks has the services that the incident affects. */
export function isAbout(name: IncidentName, stacks: readonly string[]): boolean {
  if (name in NANOARB_INCIDENTS) return stacks.includes('nanoarb');
  if (name in OPENALGO_INCIDENTS) return stacks.includes('openalgo');
  if (name in EXNESS_INCIDENTS) return stacks.includes('exness');
  const [stack = ''] = name.split('-');
  return stacks.includes(stack) || name === 'host-reboot' || name === 'disk-full';
}

export function playIncident(world: World, name: IncidentName): void {
  const incident: Incident = INCIDENTS[name];
  incident.play(world);
}

export function endIncident(world: World, name: IncidentName): void {
  const incident: Incident = INCIDENTS[name];
  incident.end(world);
}
