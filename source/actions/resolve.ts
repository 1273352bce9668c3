import { serviceName } from '../desk/identity.ts';
import type { Desk } from '../desk/model.ts';
import type { DeskState } from '../desk/state.ts';
import type { Action, Refusal, Target } from './action.ts';
import { refuse } from './targets.ts';

/** What the words after an action mean: `prune images`, `remove-volume pgdata`, else as `resolveTarget` finds it. */
export function targetOf(action: Action, text: string, state: DeskState, desk: Desk): Target | Refusal {
  const engine = state.engineId;
  if (action.on.includes('unused'))
    return { engine, kind: 'unused', id: text === 'cache' ? 'build-cache' : text || 'images' };
  if (action.on.includes('volume')) return { engine, kind: 'volume', id: text };
  return resolveTarget(text, state, desk, action.name);
}

/**
 * What an operator means by a name: `project/service`, a container's name or the beginning of its id (4 digits and more), a
 * service's name where only one has it, a project. Refuses what is unknown or fits several things, and names them.
 */
function resolveTarget(text: string, state: DeskState, desk: Desk, action: string): Target | Refusal {
  const steps = [
    () => exact(text, state, desk),
    () => containers(text, state),
    () => services(text, state, desk),
    () => projects(text, state, desk),
  ];
  for (const step of steps) {
    const found = step();
    const [only] = found;
    if (found.length === 1 && only !== undefined) return only.target;
    if (found.length > 1) {
      const names = found.map(({ name }) => name).join(', ');
      return refuse(action, text, `"${text}" fits ${found.length} things`, `say which: ${names}`);
    }
  }
  return refuse(
    action,
    text,
    `there is no service, container or project "${text}"`,
    'deskhand glance lists what there is',
  );
}

type Found = { name: string; target: Target };

function exact(text: string, state: DeskState, desk: Desk): Found[] {
  return desk.services
    .filter((service) => service.id === text || serviceName(service) === text)
    .map((service) => ({ name: service.id, target: { engine: state.engineId, kind: 'service', id: service.id } }));
}

function containers(text: string, state: DeskState): Found[] {
  const all = [...state.containers.values()];
  const named = all.filter(({ name }) => name === text);
  const prefixed = /^[0-9a-f]{4,64}$/.test(text) ? all.filter(({ id }) => id.startsWith(text)) : [];
  const found = named.length > 0 ? named : prefixed;
  return found.map(({ id, name }) => ({ name, target: { engine: state.engineId, kind: 'container', id } }));
}

function services(text: string, state: DeskState, desk: Desk): Found[] {
  return desk.services
    .filter(({ name }) => name === text)
    .map((service) => ({
      name: serviceName(service),
      target: { engine: state.engineId, kind: 'service', id: service.id },
    }));
}

function projects(text: string, state: DeskState, desk: Desk): Found[] {
  return desk.projects
    .filter(({ name }) => name === text)
    .map(({ name }) => ({ name, target: { engine: state.engineId, kind: 'project', id: name } }));
}
