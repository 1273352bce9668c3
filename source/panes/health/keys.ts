import { keyGroup } from '../../ui/keymap.ts';

export const healthKeys = keyGroup('health', 'Health', {
  up: { keys: ['up', 'k'], hint: '', help: 'up' },
  down: { keys: ['down', 'j'], hint: '', help: 'down' },
  pageUp: { keys: ['pgup', 'ctrl-b'], hint: '', help: 'page up' },
  pageDown: { keys: ['pgdn', 'ctrl-f'], hint: '', help: 'page down' },
  first: { keys: ['g', 'home'], hint: '', help: 'to the top' },
  last: { keys: ['shift-g', 'end'], hint: '', help: 'to the bottom' },
  desk: { keys: ['w'], hint: 'whole desk', help: 'what is wrong on the whole desk, or with the selected service' },
  save: { keys: ['ctrl-s'], hint: '', help: 'save what the pane says to a file' },
  unfold: { keys: ['space'], hint: 'unfold', help: 'the symptoms of a cause one by one, or folded' },
});
