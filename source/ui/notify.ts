import { safe } from '../lib/text.ts';
import { passedThrough } from './clipboard.ts';

/** Longer texts are cut: a notification is one line. */
const LONGEST = 200;

/**
 * Alerts the operator: the terminal's bell, or a desktop notification (OSC 9: iTerm2, kitty, WezTerm, Windows Terminal, foot), passed
 * through tmux and screen. Terminals that do not know it show nothing.
 */
export function notifySequence(
  how: 'bell' | 'notification',
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (how === 'bell') return '\u0007';
  return passedThrough(`\u001b]9;${safe(text).slice(0, LONGEST)}\u0007`, env);
}
