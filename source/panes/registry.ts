import { dialogKeys } from '../ui/dialog/use-dialog.ts';
import type { KeyGroup } from '../ui/keymap.ts';
import { promptKeys } from '../ui/prompt/Prompt.tsx';
import { textKeys } from '../ui/text-view/TextView.tsx';
import { healthPane } from './health/HealthPane.tsx';
import { causesPage, pulsePage } from './health/pages.tsx';
import { logsPane } from './logs/LogsPane.tsx';
import { metricsPane } from './metrics/MetricsPane.tsx';
import { everywhereKeys, fleetKeys, hostsKeys, storageKeys, tableKeys, treeKeys, workloadKeys } from './shared/keys.ts';
import type { Page, Pane, ViewDefinition, ViewKind, ViewOf } from './shared/views.ts';
import { columnKeys } from './table/ColumnChooser.tsx';
import { tableView } from './table/TableScreen.tsx';
import { outputView } from './text/OutputScreen.tsx';
import { aliasPage, helpPage, selfPage } from './text/pages.tsx';
import { describeView, layersView, processesView, readView, textView, yamlView } from './text/TextScreens.tsx';

/**
 * Everything the console can show. A pane, page or view is one value in one of these lists: its commands, keys, help, crumbs and hints
 * follow from it; the console knows none of them by name.
 */

/** In the order of `tab`, after the table of services. */
export const panes: readonly Pane[] = [healthPane, logsPane, metricsPane];

export const pages: readonly Page[] = [helpPage, aliasPage, pulsePage, causesPage, selfPage];

/** Views that are about something, by their kind. */
export const views: {
  readonly [Kind in Exclude<ViewKind, 'desk' | 'pane' | 'page'>]: ViewDefinition<ViewOf<Kind>>;
} = {
  table: tableView,
  describe: describeView,
  yaml: yamlView,
  layers: layersView,
  processes: processesView,
  output: outputView,
  text: textView,
  read: readView,
};

/** Every group of bindings, in the order of the help. */
export const allGroups: readonly KeyGroup[] = [
  ...new Set<KeyGroup>([
    everywhereKeys,
    tableKeys,
    treeKeys,
    workloadKeys,
    storageKeys,
    hostsKeys,
    fleetKeys,
    ...panes.flatMap(({ keys }) => keys),
    ...pages.flatMap(({ keys }) => keys),
    textKeys,
    columnKeys,
    dialogKeys,
    promptKeys,
  ]),
];

export function paneNamed(name: string): Pane | undefined {
  return panes.find((pane) => pane.name === name);
}

export function pageNamed(name: string): Page | undefined {
  return pages.find((page) => page.name === name);
}

/** A definition only ever gets views of its own kind. */
export function viewDefinition(kind: keyof typeof views): ViewDefinition {
  return views[kind];
}
