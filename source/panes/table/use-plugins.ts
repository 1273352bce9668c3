import { pluginAction } from '../../actions/plugin.ts';
import type { PluginValues } from '../../actions/plugin-command.ts';
import type { CellContext } from '../../resources/resource.ts';
import type { PluginInput } from '../../settings/plugins.ts';
import type { MenuItem } from '../../ui/dialog/Menu.tsx';
import { keyNamed } from '../../ui/input/key-names.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { TableState } from '../../ui/table/table-state.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { type Controls, useControls } from '../shared/console-context.ts';
import { useServices } from '../shared/services.ts';
import { type NamedPlugin, pluginsOf, targetOfRow, valuesOf } from './plugins.ts';
import type { LiveTable } from './use-table.ts';

/** The plugins of the settings for the row under the cursor, as items of its menu; `run` of each is what its key does. */
export function usePlugins(table: LiveTable, state: TableState, world: CellContext): (MenuItem & NamedPlugin)[] {
  const host = useServices();
  const controls = useControls();
  const { resource, current } = table;
  if (current === undefined) return [];
  return pluginsOf(host.settings.plugins, resource).map((one) => {
    const { name, plugin } = one;
    const run = () => {
      if (state.marks.size > 0)
        return controls.flash('info', 'Plugins work on one row: {table.clearMarks} clears the marks.');
      const [url = ''] = host.endpoint().split(' ');
      const place = { context: host.context() ?? '', host: url, filter: state.filter };
      const values = valuesOf(resource, current, world, place);
      const target = targetOfRow(resource, current, world);
      // Where it will be refused, nothing is asked first.
      const inputs = host.readonly() ? [] : plugin.inputs;
      ask(inputs, values, controls, (given) => controls.plan(pluginAction(name, plugin, given), target));
    };
    return { ...one, key: keyNamed(plugin.shortCut) ?? '', label: `${name}: ${plugin.description}`, run };
  });
}

/** Binds the keys of plugins while the table has the focus; those that override come before the table's own. */
export function usePluginKeys(plugins: readonly (MenuItem & NamedPlugin)[], active: boolean, hold: () => void): void {
  const handlers = (overriding: boolean) =>
    Object.fromEntries(
      plugins
        .filter(({ plugin: { override = false } }) => override === overriding)
        .map(({ name, run }) => [
          name,
          () => {
            hold();
            run();
          },
        ]),
    );
  const bindings = plugins.map(({ name, key, label }) => [name, { keys: [key], hint: '', help: label }]);
  const group: KeyGroup = { name: 'plugins of the table', title: 'Plugins', bindings: Object.fromEntries(bindings) };
  useKeys(group, handlers(false), { layer: 'pane', active });
  useKeys(group, handlers(true), { layer: 'taken', active });
}

/** Asks for one input after the other; none of them is asked for again. */
function ask(
  [input, ...rest]: readonly PluginInput[],
  values: PluginValues,
  controls: Controls,
  done: (values: PluginValues) => void,
): void {
  if (input === undefined) return done(values);
  const { name, label = name, type, required } = input;
  const next = (value: string) => ask(rest, { ...values, [`INPUT_${name.toUpperCase()}`]: value }, controls, done);
  const initial = input.default === undefined ? '' : String(input.default);
  if (type === 'dropdown' || type === 'bool') {
    const options = type === 'bool' ? ['true', 'false'] : input.options;
    const sorted = [...options].sort((a, b) => Number(b === initial) - Number(a === initial));
    return controls.menu(
      label,
      sorted.map((option) => ({ key: '', label: option, run: () => next(option) })),
    );
  }
  controls.search(
    (text) => {
      const value = text.trim();
      if (value === '' && required) return controls.flash('warn', `${label} is needed.`);
      if (type === 'number' && value !== '' && !Number.isFinite(Number(value)))
        return controls.flash('warn', `${label} must be a number, not "${value}".`);
      next(value);
    },
    `${label}: `,
    initial,
  );
}
