import type { DeskState } from '../../desk/state.ts';
import { resourceOf } from '../../resources/registry.ts';
import type { Binding, KeyGroup } from '../../ui/keymap.ts';
import { pageNamed, paneNamed, viewDefinition } from '../registry.ts';
import { SERVICES } from '../shared/console-state.ts';
import { everywhereKeys, tableKeys, workloadKeys } from '../shared/keys.ts';
import type { View } from '../shared/views.ts';

/** Facts about a view from the registry. */

export function needsEngine(view: View): boolean {
  if (view.kind === 'pane') return view.over === undefined;
  if (view.kind === 'desk') return true;
  if (view.kind === 'page') return pageNamed(view.page)?.needsEngine === true;
  if (view.kind === 'table' && resourceOf(view.resource)?.own) return false;
  return viewDefinition(view.kind).needsEngine === true;
}

/** Whether the view is about many engines, and which. */
export function ofHosts(view: View): 'fleet' | 'all' | undefined {
  if (view.kind === 'pane') return view.over && 'fleet';
  return view.kind === 'table' ? resourceOf(view.resource)?.hosts : undefined;
}

export function isHelp(view: View): boolean {
  return view.kind === 'page' && view.page === 'help';
}

/** Its name in the crumbs. */
export function viewTitle(view: View): string {
  if (view.kind === 'desk') return 'desk';
  if (view.kind === 'pane') return view.pane;
  return view.kind === 'page' ? view.page : viewDefinition(view.kind).title(view);
}

/** The groups with the settings applied, and whether the console is read-only. */
export type Bindings = { bound: ReadonlyMap<string, KeyGroup>; readonly: boolean };

/** The groups that apply in a view, the most specific first, without forbidden bindings. */
export function groupsOf(view: View, focus: string, { bound, readonly }: Bindings): readonly KeyGroup[] {
  const idle = idleIn(view, focus);
  const groups = [...particular(view, focus), everywhereKeys].map((group) => withSettings(group, bound));
  const here = groups.map((group) =>
    group.name === everywhereKeys.name ? { ...group, bindings: without(group.bindings, idle) } : group,
  );
  return readonly ? here.map(withoutChanges) : here;
}

/** Every group, those of a view first, for the help. */
export function helpGroups(view: View, focus: string, bindings: Bindings): readonly KeyGroup[] {
  const here = groupsOf(view, focus, bindings).filter(({ name }) => name !== everywhereKeys.name);
  const names = new Set(here.map(({ name }) => name));
  const others = [...bindings.bound.values()].filter(({ name }) => !names.has(name));
  return [...here, ...(bindings.readonly ? others.map(withoutChanges) : others)];
}

/** What hinders the keys of a view at the moment. */
export type Hindrances = {
  /** Its table has no row. */
  vacant: boolean;
  /** The engine does not answer. */
  lost: boolean;
};

/** Of these groups, only the bindings that can do something now: for the hints. */
export function usableNow(groups: readonly KeyGroup[], { vacant, lost }: Hindrances): readonly KeyGroup[] {
  if (!vacant && !lost) return groups;
  const isIdle = ({ onRow, asks, mutates }: Binding) => (vacant && onRow) || (lost && (asks || mutates));
  return groups.map((group) => {
    const idle = Object.entries(group.bindings).filter(([, binding]) => isIdle(binding));
    return { ...group, bindings: without(group.bindings, new Set(idle.map(([id]) => id))) };
  });
}

/** What hinders the keys of a screen: the engine of the desk means nothing to views about many engines. */
export function hindrancesOf(view: View, vacant: boolean, { connection, lastUpdateAt }: DeskState): Hindrances {
  const lost = connection.state === 'lost' && ofHosts(view) === undefined;
  return { lost, vacant: vacant || (lost && lastUpdateAt === undefined && needsEngine(view)) };
}

function withoutChanges(group: KeyGroup): KeyGroup {
  const changing = Object.entries(group.bindings).filter(([, { mutates }]) => mutates);
  return { ...group, bindings: without(group.bindings, new Set(changing.map(([id]) => id))) };
}

/** The bindings that the footer shows at every size, in its order. */
const ALWAYS = ['command', 'filter', 'help', 'back'] as const;

/** `: command  / filter  ? help  esc back`, those that do something in a view with these groups. */
export function footerHints(groups: readonly KeyGroup[]): { key: string; hint: string }[] {
  const own = groups.flatMap(({ bindings }) => Object.values(bindings));
  return ALWAYS.flatMap((id) => {
    const [key] = everywhereKeys.bindings[id].keys;
    const everywhere = groups.find(({ name }) => name === everywhereKeys.name)?.bindings[id];
    const found = everywhere ?? own.find((binding) => binding.keys[0] === key && binding.hint !== '');
    return found?.keys[0] === undefined ? [] : [{ key: found.keys[0], hint: found.hint }];
  });
}

/** As the settings bind it, and no more than the view has of it. */
function withSettings(group: KeyGroup, bound: Bindings['bound']): KeyGroup {
  const set = bound.get(group.name);
  if (!set) return group;
  const bindings = Object.entries(set.bindings).filter(([id]) => id in group.bindings);
  return { ...set, bindings: Object.fromEntries(bindings) };
}

function without(bindings: KeyGroup['bindings'], ids: ReadonlySet<string>): Record<string, Binding> {
  return Object.fromEntries(Object.entries(bindings).filter(([id]) => !ids.has(id)));
}

/** Ids of the global bindings that do nothing here: they are not shown as hints. */
function idleIn(view: View, focus: string): ReadonlySet<string> {
  const onDesk = view.kind === 'desk';
  const onTable = view.kind === 'table' || (onDesk && focus === SERVICES);
  return new Set([...(onTable ? [] : ['filter']), ...(onDesk ? [] : ['nextPane', 'previousPane', 'full'])]);
}

function particular(view: View, focus: string): readonly KeyGroup[] {
  if (view.kind === 'desk') return paneNamed(focus)?.keys ?? [workloadKeys, tableKeys];
  if (view.kind === 'pane') return paneNamed(view.pane)?.keys ?? [];
  if (view.kind === 'page') return pageNamed(view.page)?.keys ?? [];
  return viewDefinition(view.kind).keys(view);
}
