import { dependantsOf } from '../desk/impact.ts';
import { borrowersOf } from '../desk/namespaces.ts';
import { ownerOf } from '../desk/owner.ts';
import { plural } from '../lib/format.ts';
import type { Action } from './action.ts';
import { restart } from './restart.ts';
import { refuse, servicesOf, targetName } from './targets.ts';

const NAME = 'restart-with-dependants';

/** Restarts services and then all that need them, directly or through others, or share a namespace of theirs. */
export const restartWithDependants: Action = {
  ...restart,
  name: NAME,
  title: 'Restart with dependants',
  help: 'restart a service, then everything that depends on it',
  key: undefined,
  alternatives: undefined,
  plan(input) {
    const { state, desk, target } = input;
    const name = targetName(state, desk, target);
    const services = servicesOf(state, desk, target);
    const needing = services.flatMap((service) => dependantsOf(desk, service.id));
    const sharing = services
      .flatMap((service) => service.containers)
      .flatMap((owner) => borrowersOf(owner, state.containers.values()))
      .flatMap(({ container }) => ownerOf(desk, container.id) ?? []);
    const others = [...needing, ...sharing].filter((other) => !other.job && !services.includes(other));
    if (others.length === 0) return refuse(NAME, name, 'nothing depends on it', 'restart it alone');
    const ids = [...new Set([...services, ...others].map((service) => service.id))];
    const made = restart.plan({ ...input, target: { engine: target.engine, kind: 'marked', id: target.id, ids } });
    if ('refused' in made) return { ...made, action: NAME, name };
    const title = `Restart ${name} and what depends on it (${plural(made.objects.length, 'container')})`;
    return { ...made, action: NAME, title, target, name };
  },
};
