import { keyGroup, motion } from '../../ui/keymap.ts';

export const healthKeys = keyGroup('health', 'Health', {
  ...motion(),
  desk: { keys: ['w'], hint: 'whole desk', help: 'what is wrong on the whole desk, or with the selected service' },
  save: { keys: ['ctrl-s'], hint: '', help: 'save what the pane says to a file' },
  unfold: { keys: ['space'], hint: 'unfold', help: 'the symptoms of a cause one by one, or folded' },
});
