import { serviceName } from '../desk/identity.ts';
import type { Service } from '../desk/model.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { matching } from '../lib/glob.ts';
import type { ActionSettings, ServiceSettings } from './action-settings.ts';

/** The marks of a service from labels and settings. */
export type Marks = {
  /** What protects it, in words. */
  protectedBy?: string;
  /** What marks it as single, in words. */
  singleBy?: string;
  /** It is marked as scalable. */
  maySpread: boolean;
  /** What it keeps in memory only, in words; empty: something. */
  memory?: string;
};

type Labels = Readonly<Record<string, string>>;

/** The marks of something with these labels (of a service and its containers) and names. */
export function marksOf(labels: readonly Labels[], names: readonly string[], settings: ActionSettings): Marks {
  const set = serviceSettings(settings, names);
  const single = byLabel(labels, 'deskhand.single');
  const memory = labels.map((one) => one['deskhand.memory']).find((text) => text !== undefined) ?? set.memory;
  return {
    protectedBy: byLabel(labels, 'deskhand.protected').by ?? (set.protected === true ? 'the settings' : undefined),
    singleBy: single.by ?? (set.single === true ? 'the settings' : undefined),
    maySpread: single.said || set.single !== undefined,
    memory: memory === undefined || isDenied(memory) ? undefined : isSet(memory) ? '' : memory,
  };
}

/** The marks of a service, by the labels of all its containers. */
export function marksOfService(service: Service, settings: ActionSettings): Marks {
  const labels = [service.swarm?.labels ?? {}, ...service.containers.map((one) => one.labels)];
  return marksOf(labels, namesOf(undefined, service), settings);
}

/** A label that is neither yes nor no was meant as something: it counts as yes, and its value is shown. */
function byLabel(all: readonly Labels[], name: string): { said: boolean; by?: string } {
  const values = all.map((labels) => labels[name]).filter((value) => value !== undefined);
  const value = values.find((one) => !isDenied(one));
  if (value === undefined) return { said: values.length > 0 };
  const doubt = isSet(value) ? '' : ` (its value "${value}" is not yes or no, so it counts as yes)`;
  return { said: true, by: `the label ${name}${doubt}` };
}

/** A label or environment flag that says yes; one without a value does. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && /^(|true|1|y|yes|on|t|enabled?)$/i.test(value.trim());
}

function isDenied(value: string): boolean {
  return /^(false|0|n|no|off|f|none|disabled?)$/i.test(value.trim());
}

/** Every name an operator may use for a container in the settings. */
export function namesOf(container: Pick<ContainerFacts, 'name'> | undefined, service: Service | undefined): string[] {
  const own = container === undefined ? [] : [container.name];
  return service === undefined ? own : [...own, service.name, serviceName(service)];
}

/** The settings of a service under any of its names; for each field the first entry that has it counts. */
export function serviceSettings(settings: ActionSettings, names: readonly string[]): ServiceSettings {
  const entries = Object.entries(settings.services ?? {}).filter(
    ([pattern]) => matching([pattern], names) !== undefined,
  );
  return Object.assign({}, ...entries.map(([, entry]) => entry).reverse());
}
