import type { Service } from '../../desk/model.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { matching } from '../../lib/glob.ts';
import { imageName } from '../../lib/image-name.ts';
import type { Runbook } from '../../settings/runbooks.ts';
import { namesOf } from '../marks.ts';

/** Whether a runbook is meant for a container: by any of the names, images, labels and command lines that it lists, or for all. */
export function fits(runbook: Runbook, container: ContainerFacts, service: Service | undefined): boolean {
  const { services, images, labels, commands } = runbook;
  if (services === undefined && images === undefined && labels === undefined && commands === undefined) return true;
  const command = [...(container.detail?.entrypoint ?? []), ...(container.detail?.command ?? []), container.command];
  const own = Object.entries(container.labels).flatMap(([name, value]) => [name, `${name}=${value}`]);
  return [
    [services, namesOf(container, service)],
    [images, [imageName(container.image)]],
    [labels, own],
    [commands, [command.join(' ')]],
  ].some(([patterns, names]) => matching(patterns ?? [], names ?? []) !== undefined);
}
