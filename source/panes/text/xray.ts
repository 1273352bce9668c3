import { isFaulty } from '../../desk/levels.ts';
import { linkTerms } from '../../desk/links.ts';
import type { Service } from '../../desk/model.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { safe } from '../../lib/text.ts';
import { levelGlyph, levelTone, portsCell } from '../../resources/cells.ts';
import type { CellContext } from '../../resources/resource.ts';
import type { TextLine } from '../../ui/text-view/TextView.tsx';

/** What the tree is made from: nothing that changes with every reading. */
type Sight = Pick<CellContext, 'desk' | 'project' | 'glyph'>;

/**
 * `:xray`: what holds together what. Under each project its services by name, under each service its replicas, what it needs
 * and who needs it, its volumes, networks and ports. Of one project, or of all.
 */
export function xrayLines(world: Sight): TextLine[] {
  const { desk, project } = world;
  const names = [...desk.projects.map(({ name }) => name), undefined];
  const needers = neededBy(desk.services);
  return names
    .filter((name) => project === undefined || name === project)
    .flatMap((name) => {
      const services = desk.services.filter((service) => service.project === name).sort(byName);
      if (services.length === 0) return [];
      return [heading(name, services), ...services.flatMap((service) => serviceLines(service, needers, world))];
    });
}

const byName = (a: Service, b: Service) => a.name.localeCompare(b.name);

function heading(project: string | undefined, services: readonly Service[]): TextLine {
  const bad = services.filter(({ verdict }) => isFaulty(verdict.level)).length;
  const count = services.length === 1 ? '1 service' : `${services.length} services`;
  const name = project === undefined ? 'without a project' : safe(project);
  return { text: `${name}  ${count}${bad > 0 ? `, ${bad} not ok` : ''}`, tone: 'title' };
}

function serviceLines(service: Service, needers: ReadonlyMap<string, Service[]>, world: Sight): TextLine[] {
  const { name, verdict, containers, dependsOn, ports } = service;
  const needs = dependsOn.map((link) => `${link.service} (${linkTerms(link)})`);
  const of = (pick: (container: ContainerFacts) => readonly string[]) => [...new Set(containers.flatMap(pick))];
  return [
    {
      text: safe(`  ${world.glyph(levelGlyph(verdict.level))} ${name}  ${verdict.reason}`),
      tone: levelTone(verdict.level),
    },
    ...list('replica', containers.map(replica)),
    ...list('needs', needs),
    ...list('needed by', (needers.get(service.id) ?? []).map((one) => one.name).sort()),
    ...list(
      'volume',
      of(({ mounts }) => mounts.map((mount) => `${mount.name ?? mount.source} on ${mount.target}`)),
    ),
    ...list(
      'network',
      of(({ attachments }) => attachments.map(({ network }) => network)),
    ),
    ...list('port', portsCell(ports).split(' ').filter(Boolean)),
  ];
}

function replica({ name, state, health, exitCode }: ContainerFacts): string {
  const code = state === 'exited' && exitCode !== undefined ? ` (${exitCode})` : '';
  return `${name} ${state}${code}${health === 'none' ? '' : `, ${health}`}`;
}

const LABEL = 16;

/** One line each, the first with the label. */
function list(label: string, values: readonly string[]): TextLine[] {
  return values.map((value, index) => ({
    text: `${index === 0 ? `      ${label}` : ''}`.padEnd(LABEL) + safe(value),
    label: LABEL,
  }));
}

/** The services that name each one as something they need. */
function neededBy(services: readonly Service[]): Map<string, Service[]> {
  const found = new Map<string, Service[]>();
  for (const service of services) {
    for (const id of new Set(service.dependsOn.flatMap(({ serviceId }) => serviceId ?? []))) {
      found.set(id, [...(found.get(id) ?? []), service]);
    }
  }
  return found;
}
