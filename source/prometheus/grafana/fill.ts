import { escapePattern } from '../promql-selector.ts';
import type { Meaning } from './variables.ts';

/** Fills the variables of a dashboard into its queries. */

/** The values of the variables, and the selected program. */
export type Scope = {
  meaning(name: string): Meaning | undefined;
  /** The server's labels for the program, if known. */
  target?: Readonly<{ job: string; instance: string }>;
};

/** The filled query, with the variables whose first value only is used; or the variable that has no value here. */
export type Filled = { query: string; firsts: readonly string[] } | { open: string };

const REFERENCE = /\$\{([a-zA-Z_]\w*)(?:\.\w+)?(?::\w+)?\}|\$([a-zA-Z_]\w*)|\[\[(\w+)(?::\w+)?\]\]/g;
const MATCHER = /([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'[^']*')/g;
/** Replaces a matcher that matches everything. */
const NOTHING = '\u0000';

/** Grafana's own, which have a value only when a chart is drawn. */
const WHEN_DRAWN = /^__(rate_interval|interval|interval_ms|range|range_s|range_ms|from|to)$/;

export function fillQuery(query: string, scope: Scope): Filled {
  let open: string | undefined;
  const firsts = new Set<string>();
  const matched = expanded(query, scope).replace(MATCHER, (whole, label: string, operator: string, quoted: string) => {
    if (!quoted.match(REFERENCE)) return whole;
    const filled = fillMatcher(label, operator, quoted.slice(1, -1), scope);
    if (typeof filled === 'string') return filled;
    open ??= filled.open;
    return whole;
  });
  const text = matched
    .replace(new RegExp(`,\\s*${NOTHING}`, 'g'), '')
    .replace(new RegExp(`${NOTHING}\\s*,?\\s*`, 'g'), '')
    .replace(REFERENCE, (whole, ...names: (string | undefined)[]) => {
      const name = nameIn(names);
      if (WHEN_DRAWN.test(name)) return `$${name}`;
      const meaning = scope.meaning(name);
      if (meaning !== undefined && !meaning.all && meaning.values.length === 1) return meaning.values[0] ?? '';
      const first = firstOf(meaning);
      if (first !== undefined) {
        firsts.add(`${name}: ${first}`);
        return first;
      }
      open ??= name;
      return whole;
    });
  return open === undefined ? { query: text, firsts: [...firsts] } : { open };
}

function nameIn(groups: readonly unknown[]): string {
  const name = groups.slice(0, 3).find((group) => typeof group === 'string');
  return typeof name === 'string' ? name : '';
}

/** Of values that a server knows, Grafana chooses the first. */
function firstOf(meaning: Meaning | undefined): string | undefined {
  return meaning?.all ? meaning.values?.()?.[0] : undefined;
}

/** A part of a matcher's value: a literal text or a pattern. */
type Piece = { literal: string } | { pattern: string };

/** A matcher with its variables filled in; none if all values match. */
function fillMatcher(label: string, operator: string, value: string, scope: Scope): string | { open: string } {
  const names = [...value.matchAll(REFERENCE)].map((match) => nameIn(match.slice(1)));
  const isNegative = operator.startsWith('!');
  const meanings = names.map((name) => {
    const meaning = WHEN_DRAWN.test(name) ? undefined : scope.meaning(name);
    const first = isNegative ? firstOf(meaning) : undefined;
    return first === undefined ? meaning : { all: false as const, values: [first] };
  });
  const unknown = meanings.findIndex((meaning) => meaning === undefined || (meaning.all && isNegative));
  if (unknown >= 0) return { open: names[unknown] ?? '' };
  const isWhole = new RegExp(`^(?:${REFERENCE.source})$`).test(value);
  const [first] = meanings;
  if (isWhole && first?.all) {
    const own = label === 'job' || label === 'instance' ? scope.target?.[label] : undefined;
    if (own !== undefined) return `${label}="${own}"`;
    const some = first.filtered ? first.values?.() : undefined;
    if (some !== undefined && some.length > 0 && first.pattern === undefined)
      return `${label}=~"${some.map(escaped).join('|')}"`;
    if (first.pattern === undefined) return NOTHING;
  }
  const isLike = operator.endsWith('~');
  const between = value.split(REFERENCE).filter((_, index) => index % (GROUPS + 1) === 0);
  const pieces = between.flatMap((text, index): Piece[] => {
    const meaning = meanings[index];
    const piece = isLike ? { pattern: text } : { literal: text };
    return meaning === undefined ? [piece] : [piece, pieceOf(meaning, isLike, isWhole)];
  });
  const asPattern = pieces.some((piece) => 'pattern' in piece);
  const text = pieces.map((piece) =>
    'pattern' in piece ? piece.pattern : asPattern ? escaped(piece.literal) : piece.literal,
  );
  return `${label}${asPattern ? (isNegative ? '!~' : '=~') : operator}"${text.join('')}"`;
}

/** Groups of the expression above, which split() puts between the texts. */
const GROUPS = 3;

function pieceOf(meaning: Meaning, isLike: boolean, isWhole: boolean): Piece {
  if (meaning.all) return { pattern: meaning.pattern ?? '.*' };
  const [only = '', ...others] = meaning.values;
  if (others.length === 0) return isLike ? { pattern: only } : { literal: only };
  const choice = meaning.values.map(escaped).join('|');
  return { pattern: isWhole ? choice : `(${choice})` };
}

/** Deepest nesting of variables. */
const DEEPEST = 5;

/** Resolves variables whose value contains other variables. */
function expanded(text: string, scope: Scope, depth = 0): string {
  if (depth >= DEEPEST) return text;
  const next = text.replace(REFERENCE, (whole, ...names: (string | undefined)[]) => {
    const meaning = scope.meaning(nameIn(names));
    const values = meaning?.all ? [meaning.pattern ?? ''] : (meaning?.values ?? []);
    const [only = '', ...others] = values;
    return others.length === 0 && only.search(REFERENCE) >= 0 ? only : whole;
  });
  return next === text ? text : expanded(next, scope, depth + 1);
}

/** A quoted text that matches only this value. */
function escaped(text: string): string {
  return escapePattern(text).replaceAll('\\', '\\\\');
}

/** A title or legend: a variable with one value is that value, all others are left out. */
export function fillText(text: string, scope: Scope): string {
  return text
    .replace(REFERENCE, (_, ...names: (string | undefined)[]) => {
      const meaning = scope.meaning(nameIn(names));
      return meaning !== undefined && !meaning.all ? meaning.values.join(', ') : '';
    })
    .replace(/\s+/g, ' ')
    .replace(/\(\s*\)|\[\s*\]/g, '')
    .trim();
}

/** Names of the variables in a text. */
export function variablesIn(text: string): string[] {
  const names = [...text.matchAll(REFERENCE)].map((match) => nameIn(match.slice(1)));
  return [...new Set(names)].filter((name) => !name.startsWith('__'));
}
