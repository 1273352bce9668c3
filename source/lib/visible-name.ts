import { codePoint, PLAIN } from './sequences.ts';
import { safe } from './text.ts';

/**
 * Names by which an operator distinguishes objects. Labels may contain anything, and a name that looks like another one would direct an
 * action at the wrong service: invisible and look-alike characters are written as numbers.
 */

/** Blanks other than the space, and invisible characters. */
const BLANK = /[\p{Zs}\u2800\u3164\uffa0\u115f\u1160\u17b4\u17b5]/gu;

/** Digits, hyphens, dots, slashes and quotes of other scripts: names need none, and most look like one of ASCII. Emoji stay. */
const SIGN = /[➕➖➗✖]|(?!\p{Extended_Pictographic})[\p{N}\p{P}\p{S}\p{Lm}]/u;
const ONE = /^.$/u;

/** The scripts of today's languages (UAX 31): letters of other scripts appear in names only to deceive. */
const IN_USE =
  /[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Armenian}\p{sc=Georgian}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Ethiopic}\p{sc=Devanagari}\p{sc=Bengali}\p{sc=Gujarati}\p{sc=Gurmukhi}\p{sc=Kannada}\p{sc=Malayalam}\p{sc=Oriya}\p{sc=Sinhala}\p{sc=Tamil}\p{sc=Telugu}\p{sc=Thaana}\p{sc=Tibetan}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}]/u;

/** Scripts that may be mixed with Latin letters in one word: apart from a few strokes, none of their characters look Latin. */
const EAST_ASIAN = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}]/u;

/** Letters of scripts in use that look like Latin letters in most fonts: a word of only such letters could be read as Latin. */
const LOOK_ALIKE = new RegExp(
  `^[${[
    // Cyrillic
    'АВЕЗЅІЈКМНОРСТУХЫЬЮҮҺӀӔӠԌԚԜабвгезкмнорстухьыюѕіјүһҽӏӕӡԁԛԝѡѴѵґꙄꙇꚘꚙ',
    // Greek, Armenian, Georgian
    'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϜϹϺͿαβγηικνορστυχωϲϳϱᴦՍՏՕագզհոռսցօքყჿ',
    // Hebrew, Arabic, Indic, others
    'וטיןסװױײاهھہەഠଠဝॽሀዐ',
    // East Asian strokes
    '一丨丶丿口工二八十卜ロエニハトノー',
  ].join('')}]$`,
  'u',
);

/** Latin letters of European languages that are neither ASCII letters with a mark nor mistaken for one. */
const OWN_LETTERS = /^[ßẞæÆøØœŒþÞðÐđĐłŁħĦŋŊəƏ]$/u;
const LATIN = /\p{sc=Latin}/u;
const LETTER = /\p{L}/u;
const MARK = /\p{M}/u;
/** A word; scripts may change at its borders. */
const WORD = /[\p{L}\p{M}0-9]+/gu;
/** A character with its combining marks. */
const CLUSTER = /[^\p{M}]\p{M}*|\p{M}+/gu;

/** Code units shown of a name that is not plain ASCII. */
const LONGEST = 500;

/** The name safe for the terminal; a name of ordinary characters is unchanged. */
export function visibleName(name: string): string {
  if (PLAIN.test(name)) return name;
  if (name.length > LONGEST) return `${visibleName(name.slice(0, LONGEST))}…`;
  return safe(name)
    .replace(BLANK, (blank) => (blank === ' ' ? blank : codePoint(blank)))
    .replace(/[^\u0000-\u007f]/gu, (character) => (deceives(character) ? codePoint(character) : character))
    .replace(WORD, visibleWord);
}

/** Suspicious regardless of its neighbours. */
function deceives(character: string): boolean {
  // Another form of a character: full-width, mathematical, circled, the sign of Kelvin.
  const composed = character.normalize('NFC');
  if (character.normalize('NFKC') !== composed || ONE.test(composed.replace(character, ''))) return true;
  if (SIGN.test(character)) return true;
  return LETTER.test(character) && !IN_USE.test(character);
}

/** Words of one script are left alone, unless they could be read as Latin ones. */
function visibleWord(word: string): string {
  if (PLAIN.test(word)) return word;
  const clusters = word.match(CLUSTER) ?? [];
  const letters = [...word].filter((character) => LETTER.test(character));
  const hasLatin = letters.some((letter) => LATIN.test(letter));
  const alike = !hasLatin && letters.every((letter) => LOOK_ALIKE.test(letter));
  return clusters.map((cluster) => visibleCluster(cluster, hasLatin, alike)).join('');
}

function visibleCluster(cluster: string, hasLatin: boolean, alike: boolean): string {
  const [base = '', ...marks] = cluster;
  if (MARK.test(base)) return numbers(cluster);
  const foreign = LETTER.test(base) && !LATIN.test(base);
  if (foreign && hasLatin && (!EAST_ASIAN.test(base) || LOOK_ALIKE.test(base))) return numbers(cluster);
  if (foreign && alike) return numbers(cluster);
  if (foreign) return cluster;
  // A separate combining mark makes a different name, although "é" looks the same either way.
  const drawn = LATIN.test(base) && !isOrdinary(base) ? codePoint(base) : base;
  return drawn + marks.map(codePoint).join('');
}

/** ASCII with or without marks, or another letter of a European language. */
function isOrdinary(latin: string): boolean {
  const [bare = ''] = latin.normalize('NFD');
  return PLAIN.test(bare) || OWN_LETTERS.test(bare);
}

function numbers(text: string): string {
  return [...text].map(codePoint).join('');
}
