import type { Action, Target } from '../../actions/action.ts';
import { askedFor, readWords } from '../../actions/parameters.ts';
import { targetName } from '../../actions/targets.ts';
import type { CellContext } from '../../resources/resource.ts';
import type { Controls } from './console-context.ts';
import { splitWords } from './words.ts';

/** Asks for what an action needs to know beyond its target, and plans it. */
export function askParameters(action: Action, target: Target, world: CellContext, controls: Controls): void {
  const { state, desk } = world;
  const names = askedFor(action).map(({ name }) => name);
  const note = action.promptNote?.({ state, desk, target });
  const label = `${names.join(', ')} of ${targetName(state, desk, target)}${note ? ` (${note})` : ''}: `;
  controls.search((text) => {
    if (text.trim() === '') return;
    const words = splitWords(text);
    if (typeof words === 'string') return controls.flash('bad', words);
    const read = readWords(action, words);
    if ('error' in read) return controls.flash('bad', read.error);
    controls.plan(action, target, { words });
  }, label);
}
