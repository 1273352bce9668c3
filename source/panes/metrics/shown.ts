import { maskText } from '../../engine/secrets.ts';
import { safe } from '../../ui/text.ts';

/** A text that may hold an address, for the screen: a password or token in it is masked. */
export function shown(text: string): string {
  return safe(maskText(text));
}
