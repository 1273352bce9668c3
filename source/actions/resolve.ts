import { serviceName } from '../desk/identity.ts';
import type { Desk } from '../desk/model.ts';
import type { DeskState } from '../desk/state.ts';
import type { Action, Refusal, Target } from './action.ts';
import { containersOf, refuse } from './targets.ts';

/** The action that a name is given to. */
type Resolving = Pick<Action, 'name' | 'on'>;

/** The target named by the words after an action: `prune images`, `remove-volume pgdata`, else as `resolveTarget` finds it. */
export function targetOf(action: Resolving, text: string, state: DeskState, desk: Desk): Target | Refusal {
  const engine = state.engineId;
  if (action.on.includes('unused'))
    return { engine, kind: 'unused', id: text === 'cache' ? 'build-cache' : text || 'images' };
  if (action.on.includes('archive')) return { engine, kind: 'archive', id: text };
  if (action.on.includes('procedure')) return { engine, kind: 'procedure', id: text };
  if (action.on.includes('stack')) return { engine, kind: 'stack', id: text };
  if (action.on.includes('node')) return { engine, kind: 'node', id: text };
  if (action.on.includes('image')) return { engine, kind: 'image', id: text };
  if (action.on.includes('volume')) return { engine, kind: 'volume', id: text };
  return resolveTarget(action, text, state, desk);
}

/**
 * The target with a name: `project/service`, the name of a service, container or project, else the beginning of a container's id (4 digits
 * or more). An ambiguous name is refused with all candidates: `container:NAME` and `project:NAME` are unambiguous.
 */
export function resolveTarget(action: Resolving, text: string, state: DeskState, desk: Desk): Target | Refusal {
  const named = [...services(text, state, desk), ...containers(text, state), ...projects(text, state, desk)];
  const all = distinct(named.length > 0 ? named : byId(text, state), state, desk);
  const possible = all.filter(({ target }) => action.on.includes(target.kind));
  // The action itself refuses targets it does not support, as it knows why.
  const found = possible.length > 0 ? possible : all;
  const [only] = found;
  if (found.length === 1 && only !== undefined) return only.target;
  if (found.length > 1) {
    const names = found.map(({ name }) => name).join(', ');
    return refuse(action.name, text, `"${text}" is ambiguous`, `use one of: ${names}`);
  }
  return refuse(action.name, text, `there is no service, container or project "${text}"`, 'deskhand glance lists them');
}

/** `name` is one that only this has. */
type Found = { name: string; target: Target };

/** Each thing once: a container that is a service of its own is found as both. */
function distinct(found: readonly Found[], state: DeskState, desk: Desk): Found[] {
  const once = new Map<string, Found>();
  for (const one of found) {
    const ids = containersOf(state, desk, one.target).map(({ id }) => id);
    const key = ids.length === 0 ? `${one.target.kind} ${one.target.id}` : ids.toSorted().join();
    if (!once.has(key)) once.set(key, one);
  }
  return [...once.values()];
}

function services(text: string, state: DeskState, desk: Desk): Found[] {
  return desk.services
    .filter((service) => [service.id, serviceName(service), service.name].includes(text))
    .map((service) => ({
      name: service.kind === 'container' ? service.id : serviceName(service),
      target: { engine: state.engineId, kind: 'service', id: service.id },
    }));
}

function containers(text: string, state: DeskState): Found[] {
  const wanted = text.replace(/^container:/, '');
  return [...state.containers.values()]
    .filter(({ name }) => name === wanted)
    .map(({ id, name }) => ({
      name: `container:${name}`,
      target: { engine: state.engineId, kind: 'container', id },
    }));
}

function projects(text: string, state: DeskState, desk: Desk): Found[] {
  const wanted = text.replace(/^project:/, '');
  return desk.projects
    .filter(({ name }) => name === wanted)
    .map(({ name }) => ({
      name: `project:${name}`,
      target: { engine: state.engineId, kind: 'project', id: name },
    }));
}

function byId(text: string, state: DeskState): Found[] {
  if (!/^[0-9a-f]{4,64}$/.test(text)) return [];
  return [...state.containers.values()]
    .filter(({ id }) => id.startsWith(text))
    .map(({ id, name }) => ({ name, target: { engine: state.engineId, kind: 'container', id } }));
}
