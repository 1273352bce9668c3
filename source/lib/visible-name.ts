import { codePoint, PLAIN } from './sequences.ts';
import { safe } from './text.ts';

/**
 * Names by which an operator distinguishes objects. Labels may contain anything, and a name that looks like another one would direct an
 * action at the wrong service: invisible and look-alike characters are written as numbers.
 */

/** Blanks other than the space, and invisible signs. */
const BLANK = /[\p{Zs}\u2800\u3164\uffa0\u115f\u1160\u17b4\u17b5]/gu;

/** Letters of other scripts that look like a Latin one in most fonts. */
const LOOK_ALIKE = new RegExp(
  `[${[
    // Cyrillic
    'АВЕЅІЈКМНОРСТУХЬаеѕіјорсухһԁԛԝӏҮүкмтнвьг',
    // Greek
    'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυιωκτχγηϲϳ',
    // Armenian, Cherokee, Lisu, others
    'оսհոցզօՍՏՕᎪᎬᎢᎥᏀᏂᏃᏚᏞᏟᏢᏦᏴꓐꓑꓒꓓꓔꓖꓗꓙꓚꓝꓟꓠꓡꓢꓣꓤꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴıɡɑɩʟ',
  ].join('')}]`,
  'gu',
);
const LATIN = /\p{Script=Latin}/u;
const LETTER = /\p{L}/gu;

/** The name safe for the terminal; a name of ordinary characters is unchanged. */
export function visibleName(name: string): string {
  if (PLAIN.test(name)) return name;
  const seen = safe(name)
    .replace(BLANK, (blank) => (blank === ' ' ? blank : codePoint(blank)))
    .replace(/[^\u0000-\u007f]/gu, (character) => (isCompatible(character) ? codePoint(character) : character));
  return mixes(seen) ? seen.replace(LOOK_ALIKE, codePoint) : seen;
}

/** Another form of an ASCII character: full-width, mathematical, circled. */
function isCompatible(character: string): boolean {
  const plain = character.normalize('NFKC');
  return plain !== character && PLAIN.test(plain);
}

/** Look-alikes among Latin letters, or nothing but look-alikes: ordinary words of another script are left alone. */
function mixes(name: string): boolean {
  const letters = name.replace(/<U\+[0-9A-F]+>/g, '').match(LETTER) ?? [];
  const alike = letters.filter((letter) => letter.match(LOOK_ALIKE)).length;
  return (
    alike > 0 && (alike === letters.length || letters.some((letter) => LATIN.test(letter) && !letter.match(LOOK_ALIKE)))
  );
}
