const UUID = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/gi;
/** 26 characters of Crockford's base32, the first of which holds three bits. */
const ULID = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;
const MOMENT = /20\d{6}[T-]?\d{6,9}Z?|20\d\d-\d\d-\d\d(?:T\d\d[:-]?\d\d[:-]?\d\d)?/g;
const SHORTEST = 16;
/** A part of a name, between dashes and dots, is shorter and of one case. */
const SHORTEST_PART = 12;

/**
 * Whether a word looks issued or generated (a token, a key, a signature) and not like a name, a path, a number, a moment, a UUID or
 * a ULID: long, of the letters of base64 or hex, with letters and digits in turn. Linear in its length.
 */
export function looksRandom(word: string): boolean {
  const bare = word.replace(/^["']|["']$/g, '').replace(/^0x/, '');
  if (bare.length < SHORTEST || bare.length > 8192 || !/^[\w+/=.-]+$/.test(bare)) return false;
  const rest = bare.replace(UUID, '').replace(ULID, '').replace(MOMENT, '');
  return rest.length >= SHORTEST && !isPath(rest) && !isSlug(rest) && alternates(rest);
}

function alternates(text: string): boolean {
  let turns = 0;
  let digits = 0;
  let before = '';
  for (const character of text) {
    const kind = /\d/.test(character) ? 'digit' : /[a-z]/i.test(character) ? 'letter' : '';
    if (kind === 'digit') digits += 1;
    if (kind !== '' && before !== '' && kind !== before) turns += 1;
    before = kind;
  }
  return digits >= 2 && turns >= Math.min(6, Math.ceil(text.length / 8));
}

/** Base64 with slashes has none of the other signs, and none of its alphabets has dots. */
function isPath(text: string): boolean {
  return text.includes('/') && (/[._-]/.test(text) || /^(?:\/[a-z]+){2}/.test(text));
}

/** engine-7d4b9c8f6d-x2k9q, mt6359-rt1019-rt5682, libsource-highlight4v5, 1.2.3-rc.4: short parts, each of one case. */
function isSlug(text: string): boolean {
  const parts = text.split(/[._-]/);
  return (
    parts.length > 1 && parts.every((part) => part.length < SHORTEST_PART && !/[a-z][A-Z]|[A-Z].*[a-z]/.test(part))
  );
}
