const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const SHORTEST = 16;

/**
 * Whether a word looks issued or generated (a token, a key, a signature) and not like a name, a number, a date or a UUID: long, of
 * the letters of base64 or hex, with letters and digits in turn. Linear in its length.
 */
export function looksRandom(word: string): boolean {
  const bare = word.replace(/^["']|["']$/g, '').replace(/^0x/, '');
  if (bare.length < SHORTEST || bare.length > 8192 || !/^[\w+/=.-]+$/.test(bare) || UUID.test(bare)) return false;
  let turns = 0;
  let digits = 0;
  let before = '';
  for (const character of bare) {
    const kind = /\d/.test(character) ? 'digit' : /[a-z]/i.test(character) ? 'letter' : '';
    if (kind === 'digit') digits += 1;
    if (kind !== '' && before !== '' && kind !== before) turns += 1;
    before = kind;
  }
  return digits >= 2 && turns >= Math.min(6, Math.ceil(bare.length / 8));
}
