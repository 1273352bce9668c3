import { keyGroup, motion } from '../../ui/keymap.ts';

export const healthKeys = keyGroup('health', 'Health', {
  ...motion(),
  desk: { keys: ['w'], hint: 'whole desk', help: 'problems of the whole desk, or of the selected service' },
  save: { keys: ['ctrl-s'], hint: '', help: 'save the content to a file' },
  unfold: { keys: ['space'], hint: 'unfold', help: 'unfold or fold the symptoms of a cause' },
});
