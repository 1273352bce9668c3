/** The deepest nesting of lists and objects that is read: real answers and log lines have about a dozen levels. */
const DEPTH = 200;

/**
 * Like JSON.parse, but refuses text nested deeper than `depth`, so that code that walks the value may recurse. Throws SyntaxError.
 */
export function parseJson(text: string, depth = DEPTH): unknown {
  if (nestsDeeper(text, depth)) throw new SyntaxError(`JSON nested more than ${depth} levels deep`);
  return JSON.parse(text);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether brackets outside quoted text nest deeper than `depth`. Linear. */
function nestsDeeper(text: string, depth: number): boolean {
  if (text.length <= depth) return false;
  let level = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted && code === BACKSLASH) at += 1;
    else if (code === QUOTE) quoted = !quoted;
    else if (!quoted && (code === 0x7b || code === 0x5b)) level += 1;
    else if (!quoted && (code === 0x7d || code === 0x5d)) level -= 1;
    if (level > depth) return true;
  }
  return false;
}
