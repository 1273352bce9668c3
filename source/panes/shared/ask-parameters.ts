import type { Action, Choice, Target } from '../../actions/action.ts';
import { askedFor, readWords } from '../../actions/parameters.ts';
import { targetName } from '../../actions/targets.ts';
import type { CellContext } from '../../resources/resource.ts';
import type { MenuItem } from '../../ui/dialog/Menu.tsx';
import type { Controls } from './console-context.ts';
import type { AppServices } from './services.ts';
import { splitWords } from './words.ts';

/** What stands for the asking: the host says what there is to choose from. */
export type Asking = { host: Pick<AppServices, 'choices'>; controls: Controls; world: CellContext };

/** Asks for what an action needs to know beyond its target, and plans it: from a list where there is one. */
export function askParameters(action: Action, target: Target, { host, controls, world }: Asking): void {
  const choices = host.choices(action, target);
  const name = targetName(world.state, world.desk, target);
  if (choices.length > 0)
    return controls.menu(`${action.name} ${name}`, choiceItems(action, target, choices, controls));
  if (action.choices) return controls.flash('info', `There is nothing to choose for ${action.name} of ${name}.`);
  const { state, desk } = world;
  const names = askedFor(action).map(({ name }) => name);
  const note = action.promptNote?.({ state, desk, target });
  const label = `${names.join(', ')} of ${name}${note ? ` (${note})` : ''}: `;
  controls.search((text) => {
    if (text.trim() === '') return;
    const words = splitWords(text);
    if (typeof words === 'string') return controls.flash('bad', words);
    const read = readWords(action, words);
    if ('error' in read) return controls.flash('bad', read.error);
    controls.plan(action, target, { words });
  }, label);
}

/** What can be chosen, as items of a menu; what is dangerous says so. */
function choiceItems(action: Action, target: Target, choices: readonly Choice[], controls: Controls): MenuItem[] {
  return choices.map(({ words, help, danger }) => ({
    key: '',
    label: `${words.length === 0 ? action.name : words.join(' ')}: ${help}${danger >= 2 ? ` (danger ${danger})` : ''}`,
    run: () => controls.plan(action, target, { words }),
  }));
}
