/** The first pattern that matches one of the names; `*` matches any characters. */
export function matching(patterns: readonly string[], names: readonly string[]): string | undefined {
  return patterns.find((pattern) => {
    const text = pattern.split('*').map(quoteRegExp).join('.*');
    return names.some((name) => new RegExp(`^${text}$`).test(name));
  });
}

/** A regular expression for exactly this text. */
export function quoteRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
