import type { Action } from '../../actions/action.ts';
import { actions } from '../../actions/list.ts';
import { askedFor } from '../../actions/parameters.ts';
import { type Binding, type KeyGroup, keyGroup, motion } from '../../ui/keymap.ts';

/** The bindings shared by all panes. `?`, the header's hints and the documentation use the same values. */

export const everywhereKeys = keyGroup('everywhere', 'Everywhere', {
  command: { keys: [':'], hint: 'command', help: 'command, such as :svc, :ctr exness, :logs redis' },
  filter: { keys: ['/'], hint: 'filter', help: 'filter: regex, !regex, -l label=value, -f fuzzy' },
  help: { keys: ['?'], hint: 'help', help: 'this help' },
  back: { keys: ['esc', 'q'], hint: 'back', help: 'back; q at the first view asks whether to quit' },
  cancel: { keys: ['ctrl-x'], hint: '', help: 'cancel a running action (asks first)' },
  quit: { keys: ['ctrl-c'], hint: '', help: 'quit' },
  refresh: { keys: ['ctrl-r'], hint: '', help: 'refresh and redraw' },
  previousView: { keys: ['['], hint: '', help: 'back in the history of views' },
  nextView: { keys: [']'], hint: '', help: 'forward in the history of views' },
  lastView: { keys: ['-'], hint: '', help: 'toggle last view' },
  header: { keys: ['ctrl-e'], hint: '', help: 'toggle header' },
  crumbs: { keys: ['ctrl-g'], hint: '', help: 'toggle breadcrumbs' },
  aliases: { keys: ['ctrl-a'], hint: '', help: 'all commands and their aliases' },
  nextPane: { keys: ['tab'], hint: 'pane', help: 'next pane' },
  previousPane: { keys: ['shift-tab'], hint: '', help: 'previous pane' },
  full: { keys: ['f'], hint: 'full screen', help: 'toggle full screen of the focused pane' },
  project: {
    keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    hint: '',
    help: 'all projects (0), or the favourite project of that number',
  },
});

export const tableKeys = keyGroup('table', 'Tables', {
  ...motion({ first: 'first row', last: 'last row' }),
  open: { keys: ['enter'], hint: 'open', help: 'drill in', onRow: true },
  menu: { keys: ['x'], hint: 'menu', help: 'menu of all actions on this row', onRow: true },
  describe: { keys: ['d'], hint: 'describe', help: 'describe', onRow: true, asks: true },
  yaml: { keys: ['y'], hint: 'yaml', help: 'inspect as YAML, secrets masked', onRow: true, asks: true },
  copy: { keys: ['c'], hint: '', help: 'copy the name (OSC 52)' },
  mark: { keys: ['space'], hint: '', help: 'mark' },
  markRange: { keys: ['ctrl-space'], hint: '', help: 'mark from the nearest mark to here' },
  clearMarks: { keys: ['ctrl-\\'], hint: '', help: 'clear the marks' },
  save: { keys: ['ctrl-s'], hint: '', help: 'save as CSV' },
  wide: { keys: ['ctrl-w'], hint: '', help: 'wide columns' },
  columns: { keys: ['shift-w'], hint: '', help: 'choose columns' },
  faults: { keys: ['ctrl-z'], hint: 'faults', help: 'faults only' },
  sortName: { keys: ['shift-n'], hint: '', help: 'sort by name' },
  sortAge: { keys: ['shift-a'], hint: '', help: 'sort by age' },
  sortState: { keys: ['shift-s'], hint: '', help: 'sort by status' },
  sortCpu: { keys: ['shift-c'], hint: '', help: 'sort by CPU' },
  sortMemory: { keys: ['shift-m'], hint: '', help: 'sort by memory' },
  sortRestarts: { keys: ['shift-t'], hint: '', help: 'sort by restarts' },
  sortProject: { keys: ['shift-p'], hint: '', help: 'sort by project' },
  pickLeft: { keys: ['shift-left'], hint: '', help: 'pick the column to the left' },
  pickRight: { keys: ['shift-right'], hint: '', help: 'pick the column to the right' },
  sortPicked: { keys: ['shift-o'], hint: '', help: 'sort by the picked column' },
  owner: { keys: ['shift-j'], hint: '', help: 'jump to the owner' },
});

export const treeKeys = keyGroup('tree', 'Trees (xray)', {
  fold: { keys: ['left'], hint: 'fold', help: 'fold the branch, or go to the parent', onRow: true },
  unfold: { keys: ['right'], hint: 'unfold', help: 'unfold the branch', onRow: true },
});

/** The bindings of the actions for these kinds of targets; actions with the same key share one binding. */
function actionBindings(
  on: Action['on'],
  fits: (action: Action) => boolean = () => true,
): Readonly<Record<string, Binding>> {
  const bindings: Record<string, Binding> = {};
  for (const action of actions) {
    const { key, on: kinds } = action;
    if (key === undefined || !kinds.some((kind) => on.includes(kind)) || !fits(action)) continue;
    const other = bindings[key.id];
    const join = (...texts: (string | undefined)[]) => texts.filter((text) => text !== undefined && text !== '');
    bindings[key.id] = {
      keys: other?.keys ?? key.keys,
      hint: join(other?.hint, key.hint).join('/'),
      help: join(other?.help, key.help).join(', '),
      mutates: true,
      // What prunes a table means all of it.
      ...(kinds.includes('unused') || (other && !other.onRow) ? {} : { onRow: true }),
    };
  }
  return bindings;
}

/** The targets of rows that are no services or containers. */
const STORED = ['unused', 'volume', 'image', 'archive', 'procedure', 'node'] as const;

export const storageKeys: KeyGroup = keyGroup(
  'storage',
  'Images, volumes, backups, networks, disk',
  actionBindings(STORED),
);

/** It can be done on many hosts: it takes no terminal, and there is nothing to be asked for. */
export function onManyHosts(action: Action): boolean {
  return action.on.includes('service') && !action.session && !action.choices && askedFor(action).length === 0;
}

/** Of services in tables of many hosts. */
export const hostsKeys: KeyGroup = keyGroup('hosts', 'Services on many hosts', {
  logs: { keys: ['l'], hint: 'logs', help: 'logs, merged over the hosts', onRow: true },
  ...actionBindings(['service'], onManyHosts),
});

/** Of hosts. */
export const fleetKeys = keyGroup('fleet', 'Hosts', {
  pin: {
    keys: ['p'],
    hint: 'pin',
    help: 'pin: read this host (or the marked ones) closely whatever its state',
    onRow: true,
  },
});

/** The bindings of storage that rows with these targets have. */
export function storageKeysFor(on: Action['on']): KeyGroup {
  const own = new Set(Object.keys(actionBindings(on)));
  const bindings = Object.fromEntries(Object.entries(storageKeys.bindings).filter(([id]) => own.has(id)));
  return { ...storageKeys, bindings };
}

export const workloadKeys: KeyGroup = keyGroup('services', 'Services, containers', {
  logs: { keys: ['l'], hint: 'logs', help: 'logs', onRow: true },
  previousLogs: { keys: ['p'], hint: '', help: 'logs of the previous run' },
  ...actionBindings(['service', 'container', 'project', 'marked']),
  metrics: { keys: ['m'], hint: 'metrics', help: 'metrics', onRow: true },
  timeline: { keys: ['e'], hint: '', help: 'timeline' },
  processes: { keys: ['o'], hint: '', help: 'processes (top)', asks: true, onRow: true },
});
