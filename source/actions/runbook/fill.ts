import { readPattern } from '../../lib/pattern.ts';
import { PLACEHOLDER, type Runbook } from '../../settings/runbooks.ts';

/** Values of parameters by name. */
export type Values = Readonly<Record<string, string>>;

/** `name=value` words to values, defaults for the rest; a sentence where one is wrong or missing. */
export function readValues({ name, parameters }: Runbook, words: readonly string[]): Values | { error: string } {
  const values = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf('=');
    const key = word.slice(0, Math.max(0, at));
    if (at < 1) return { error: `parameters are given as name=value, not "${word}"` };
    if (parameters[key] === undefined) {
      const known = Object.keys(parameters).join(', ');
      return { error: `${name} has no parameter "${key}"${known === '' ? '' : `; it has ${known}`}` };
    }
    values.set(key, word.slice(at + 1));
  }
  for (const [key, { default: otherwise, pattern, values: allowed }] of Object.entries(parameters)) {
    const value = values.get(key) ?? otherwise;
    if (value === undefined) return { error: `${name} needs ${key}=…` };
    const usual = value === otherwise;
    if (!usual && pattern !== undefined && !matches(`^(?:${pattern})$`, value))
      return { error: `${key} must match ${pattern}, not "${value}"` };
    if (allowed !== undefined && !allowed.includes(value))
      return { error: `${key} must be one of ${allowed.join(', ')}, not "${value}"` };
    values.set(key, value);
  }
  return Object.fromEntries(values);
}

/** One that takes too long matches nothing. */
function matches(source: string, value: string): boolean {
  const pattern = readPattern(source, 'u');
  return !('error' in pattern) && pattern.test(value);
}

/** A text with its placeholders filled; `{{` is a brace. */
export function fill(text: string, values: Values): string {
  return text.replace(PLACEHOLDER, (whole, name?: string) => (name === undefined ? '{' : (values[name] ?? whole)));
}

export function fillAll(texts: readonly string[], values: Values): string[] {
  return texts.map((text) => fill(text, values));
}

export function fillRecord(record: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, text]) => [name, fill(text, values)]));
}
