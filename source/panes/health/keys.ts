import { keyGroup, motion } from '../../ui/keymap.ts';

export const healthKeys = keyGroup('health', 'Health', {
  ...motion(),
  open: { keys: ['enter'], hint: 'open', help: 'open the chosen cause, where several are shown' },
  nextCause: { keys: ['n'], hint: 'next cause', help: 'choose the next cause' },
  previousCause: { keys: ['shift-n'], hint: '', help: 'choose the previous cause' },
  desk: { keys: ['w'], hint: 'whole desk', help: 'problems of the whole desk, or of the selected service' },
  save: { keys: ['ctrl-s'], hint: '', help: 'save the content to a file' },
  unfold: { keys: ['space'], hint: 'unfold', help: 'unfold or fold the symptoms of a cause' },
});
