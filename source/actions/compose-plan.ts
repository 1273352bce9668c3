import type { ComposeService } from '../compose/config.ts';
import { driftOf } from '../compose/drift.ts';
import type { ChangeKind, ComposeChange } from '../compose/progress.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { isUp } from '../lib/container-state.ts';
import type { PlanInput, PlanObject } from './action.ts';
import type { Need } from './capacity.ts';
import { type ComposeFacts, projectContainers } from './compose-facts.ts';
import { planObject } from './targets.ts';

export type ReadFacts = Exclude<ComposeFacts, { problem: unknown }>;
type Input = PlanInput<unknown, unknown>;

const SERVICE = 'com.docker.compose.service';

const NOTES: Readonly<Record<ChangeKind, string>> = {
  create: 'is created',
  recreate: 'is recreated',
  start: 'starts',
  stop: 'stops',
  remove: 'is removed',
  none: 'stays as it is',
};

/** The objects that a compose command affects: from a dry run, else derived from the file and the containers. */
export function composeObjects(
  input: Input,
  facts: ReadFacts,
  services: readonly string[],
  force: boolean,
): PlanObject[] {
  const containers = projectContainers(input.state, facts.project.name);
  const changes = facts.changes ?? [...facts.missing, ...computed(containers, facts, services, force)];
  return changes
    .filter(({ change }) => change !== 'none')
    .map(({ kind, name, change }) => objectOf(input, facts, containers.get(name), { kind, name, change }));
}

function objectOf(
  { desk, settings }: Input,
  facts: ReadFacts,
  container: ContainerFacts | undefined,
  { kind, name, change }: ComposeChange,
): PlanObject {
  if (kind === 'Container' && container) {
    const why = change === 'recreate' ? reasons(container, facts).join('; ') : '';
    const object = planObject(container, desk, why === '' ? NOTES[change] : `${NOTES[change]}: ${why}`, settings);
    const starts = change === 'recreate' || change === 'start';
    const need = starts ? needIn(container.labels[SERVICE] ?? '', facts) : undefined;
    return { ...object, interrupted: isUp(container) || undefined, ...(need && { need }) };
  }
  const known: PlanObject['kind'] = kind === 'Network' ? 'network' : kind === 'Volume' ? 'volume' : 'container';
  const need = known === 'container' ? needIn(serviceOfNew(name, facts), facts) : undefined;
  return { kind: known, id: `new:${name}`, name, note: NOTES[change], fresh: true, ...(need && { need }) };
}

/** What a container of a service takes by the file. */
function needIn(service: string, { config }: ReadFacts): Need | undefined {
  const found = config.services.get(service);
  return found && { memory: found.memory, cpus: found.cpus, ports: found.ports };
}

/** The service of a container that does not exist yet, by its name: PROJECT-SERVICE-NUMBER, or the container_name. */
function serviceOfNew(name: string, { project, config }: ReadFacts): string {
  const own = [...config.services].find(([, { containerName }]) => containerName === name)?.[0];
  return own ?? name.slice(project.name.length + 1).replace(/[-_]\d+$/, '');
}

/** Why compose would recreate a container, in words. */
function reasons(container: ContainerFacts, { config, hashes, images }: ReadFacts): readonly string[] {
  const name = container.labels[SERVICE] ?? '';
  const service = config.services.get(name);
  if (!service) return [];
  return driftOf({ container, service, hash: hashes.get(name), imageId: images.get(service.image ?? '') }).reasons;
}

/** For a CLI without a dry run: compose recreates what differs from the file, creates what is missing and starts the rest. */
function computed(
  containers: ReadonlyMap<string, ContainerFacts>,
  facts: ReadFacts,
  services: readonly string[],
  force: boolean,
): ComposeChange[] {
  // Compose 1 is told to leave them alone where it would recreate them along.
  const before = force && !facts.modern ? [] : dependenciesOf(services, facts);
  return [...before, ...services].flatMap((name): ComposeChange[] => {
    const own = [...containers.values()].filter(({ labels }) => labels[SERVICE] === name);
    const service = facts.config.services.get(name);
    if (own.length === 0) return [{ kind: 'Container', name: newName(facts, name, service), change: 'create' }];
    return own.map((container) => {
      const change =
        (force && services.includes(name)) || reasons(container, facts).length > 0
          ? 'recreate'
          : container.state === 'running'
            ? 'none'
            : 'start';
      return { kind: 'Container', name: container.name, change };
    });
  });
}

/** What services depend on, directly or through others, without themselves: compose starts it, too. */
function dependenciesOf(services: readonly string[], { config }: ReadFacts): string[] {
  const found = new Set(services);
  for (const name of found) for (const one of config.services.get(name)?.dependsOn ?? []) found.add(one);
  return [...found].filter((name) => !services.includes(name));
}

function newName({ project, modern }: ReadFacts, service: string, config: ComposeService | undefined): string {
  return config?.containerName ?? [project.name, service, '1'].join(modern ? '-' : '_');
}

/** Containers of the project whose service is no longer in the file. They are listed, never removed. */
export function orphans({ state }: Input, { project, config }: ReadFacts): string[] {
  const all = [...projectContainers(state, project.name).values()];
  return all.filter(({ labels }) => !config.services.has(labels[SERVICE] ?? '')).map(({ name }) => name);
}

/** Services of the file that the profiles in force include, or the one that was named. */
export function servicesIn({ config, profiles }: ReadFacts, only?: string): readonly string[] {
  if (only !== undefined) return [only];
  const enabled = ({ profiles: own }: ComposeService) => own.length === 0 || own.some((one) => profiles.includes(one));
  return [...config.services].filter(([, service]) => enabled(service)).map(([name]) => name);
}
