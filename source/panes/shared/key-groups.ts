import { dialogKeys } from '../../ui/dialog/Dialog.tsx';
import type { KeyGroup } from '../../ui/keymap.ts';
import { promptKeys } from '../../ui/prompt/Prompt.tsx';
import { textKeys } from '../../ui/text-view/TextView.tsx';
import { healthKeys } from '../health/keys.ts';
import { logKeys } from '../logs/keys.ts';
import { metricKeys } from '../metrics/keys.ts';
import type { PaneName, View } from './console-state.ts';
import { everywhereKeys, storageKeys, tableKeys, workloadKeys } from './keys.ts';

/** Every group of bindings, in the order of the help. */
export const allGroups: readonly KeyGroup[] = [
  everywhereKeys,
  tableKeys,
  workloadKeys,
  storageKeys,
  healthKeys,
  logKeys,
  metricKeys,
  textKeys,
  dialogKeys,
  promptKeys,
];

const STORAGE = new Set(['images', 'volumes', 'networks', 'disk']);
const WORKLOADS = new Set(['services', 'containers', 'jobs', 'tasks']);

/** The groups that hold in a view, the most particular first: for the hints in the header. */
export function groupsOf(view: View, focus: PaneName): readonly KeyGroup[] {
  const idle = idleIn(view, focus);
  const bindings = Object.fromEntries(Object.entries(everywhereKeys.bindings).filter(([id]) => !idle.has(id)));
  return [...particular(view, focus), { ...everywhereKeys, bindings }];
}

/** Ids of the bindings that hold everywhere, but do nothing here: they are no hints. */
function idleIn(view: View, focus: PaneName): ReadonlySet<string> {
  const onDesk = view.kind === 'desk';
  const onTable = view.kind === 'table' || (onDesk && focus === 'services');
  return new Set([
    ...(onTable ? [] : ['filter']),
    ...(onDesk ? [] : ['nextPane', 'previousPane', 'full']),
    ...(onDesk && focus === 'services' ? ['back'] : []),
  ]);
}

function particular(view: View, focus: PaneName): readonly KeyGroup[] {
  switch (view.kind) {
    case 'desk':
      return ofPane(focus);
    case 'pane':
      return ofPane(view.pane);
    case 'table':
      if (STORAGE.has(view.resource)) return [storageKeys, tableKeys];
      return WORKLOADS.has(view.resource) ? [workloadKeys, tableKeys] : [tableKeys];
    default:
      return [textKeys];
  }
}

function ofPane(pane: PaneName): readonly KeyGroup[] {
  if (pane === 'services') return [workloadKeys, tableKeys];
  if (pane === 'logs') return [logKeys];
  if (pane === 'health') return [healthKeys, workloadKeys];
  return pane === 'metrics' ? [metricKeys] : [];
}
