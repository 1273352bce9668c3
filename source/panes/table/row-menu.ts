import type { Action, Target } from '../../actions/action.ts';
import { actions } from '../../actions/list.ts';
import type { CellContext } from '../../resources/resource.ts';
import type { MenuItem } from '../../ui/dialog/Menu.tsx';
import type { Handlers, KeyGroup } from '../../ui/keymap.ts';

/** What keeps items out of a menu: nothing may be changed, or the engine does not answer. */
export type MenuLimits = { readonly: boolean; lost: boolean };

/** The menu items of a row from its keys and handlers, without those that can do nothing now. */
export function boundItems(group: KeyGroup, handlers: Handlers, { readonly, lost }: MenuLimits): MenuItem[] {
  return Object.entries(handlers).flatMap(([id, handler]) => {
    const binding = group.bindings[id];
    if (!handler || !binding || ((readonly || lost) && binding.mutates) || (lost && binding.asks)) return [];
    const [key = ''] = binding.keys;
    return [{ key, label: binding.help, run: () => void handler(key) }];
  });
}

/** Actions on a row that have no key of their own. */
export function otherItems(target: Target, world: CellContext, plan: (action: Action) => void): MenuItem[] {
  const { state, desk } = world;
  return actions
    .filter(({ key, on }) => key === undefined && on.includes(target.kind))
    .filter((action) => action.applies?.({ state, desk, target }) ?? true)
    .map((action) => ({ key: '', label: `${action.name}: ${action.help}`, run: () => plan(action) }));
}
