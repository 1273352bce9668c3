import type { Binding, KeyGroup } from '../../ui/keymap.ts';
import { pageNamed, paneNamed, viewDefinition } from '../registry.ts';
import { SERVICES } from '../shared/console-state.ts';
import { everywhereKeys, tableKeys, workloadKeys } from '../shared/keys.ts';
import type { View } from '../shared/views.ts';

/** What the console knows of a view from the registry. */

export function needsEngine(view: View): boolean {
  if (view.kind === 'desk' || view.kind === 'pane') return true;
  if (view.kind === 'page') return pageNamed(view.page)?.needsEngine === true;
  return viewDefinition(view.kind).needsEngine === true;
}

/** Its name in the crumbs. */
export function viewTitle(view: View): string {
  if (view.kind === 'desk') return 'desk';
  if (view.kind === 'pane') return view.pane;
  return view.kind === 'page' ? view.page : viewDefinition(view.kind).title(view);
}

/** The groups that hold in a view, the most particular first, as the settings bound them. */
export function groupsOf(view: View, focus: string, bound: ReadonlyMap<string, KeyGroup>): readonly KeyGroup[] {
  const idle = idleIn(view, focus);
  const groups = [...particular(view, focus), everywhereKeys].map((group) => bound.get(group.name) ?? group);
  return groups.map((group) =>
    group.name === everywhereKeys.name ? { ...group, bindings: without(group.bindings, idle) } : group,
  );
}

function without(bindings: KeyGroup['bindings'], ids: ReadonlySet<string>): Record<string, Binding> {
  return Object.fromEntries(Object.entries(bindings).filter(([id]) => !ids.has(id)));
}

/** Ids of the bindings that hold everywhere, but do nothing here: they are not hints. */
function idleIn(view: View, focus: string): ReadonlySet<string> {
  const onDesk = view.kind === 'desk';
  const onTable = view.kind === 'table' || (onDesk && focus === SERVICES);
  return new Set([
    ...(onTable ? [] : ['filter']),
    ...(onDesk ? [] : ['nextPane', 'previousPane', 'full']),
    ...(onDesk && focus === SERVICES ? ['back'] : []),
  ]);
}

function particular(view: View, focus: string): readonly KeyGroup[] {
  if (view.kind === 'desk') return paneNamed(focus)?.keys ?? [workloadKeys, tableKeys];
  if (view.kind === 'pane') return paneNamed(view.pane)?.keys ?? [];
  if (view.kind === 'page') return pageNamed(view.page)?.keys ?? [];
  return viewDefinition(view.kind).keys(view);
}
