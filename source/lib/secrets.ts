import { maskCommand, maskCommandLine } from './secrets/command.ts';
import { isSecret, masked } from './secrets/name.ts';
import { maskText } from './secrets/text.ts';
import { safe } from './text.ts';

/**
 * Masking of secrets wherever environment, commands, labels, URLs or whole inspects are shown, exported or logged. Names stay, values
 * become `********`. It masks by name and by the shape of the value; a value with neither sign (a password in a variable named FOO) cannot
 * be recognised. Switches (`…_AUTH=true`), references (`$NAME`) and names that only speak about a secret (`…_FILE`, `TOKEN_TTL`) stay
 * readable.
 */

export { maskCommand, maskCommandLine } from './secrets/command.ts';
export { isSecretName, MASK } from './secrets/name.ts';
export { isKeyLine, lineMasker, maskLines, maskText } from './secrets/text.ts';

/** The value of a variable, label or setting called `name`. */
export function maskValue(name: string, value: string): string {
  if (isSecret(name, value)) return masked(value);
  return looksLikeCommand(name) ? maskCommandLine(value) : maskText(value);
}

/** NAME=value entries, as in Config.Env. */
export function maskEnv(env: readonly string[]): string[] {
  return env.map((entry) => {
    const at = entry.indexOf('=');
    return at < 0 ? maskText(entry) : `${entry.slice(0, at)}=${maskValue(entry.slice(0, at), entry.slice(at + 1))}`;
  });
}

/** Labels, log or driver options: any map of strings. */
export function maskLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, maskValue(name, value)]));
}

type Json = Readonly<Record<string, unknown>>;

/** A deep copy of an inspect's JSON (container, service, image, any) with every secret masked. */
export function maskSecrets(json: unknown): unknown {
  return maskAny(json, '');
}

/** Keys of Docker's JSON that hold the words of a command. */
const COMMANDS = new Set(['Args', 'Cmd', 'Command', 'Entrypoint', 'OnBuild', 'Shell', 'Test']);

function maskAny(value: unknown, key: string): unknown {
  if (typeof value === 'string') return COMMANDS.has(key) ? maskCommandLine(value) : maskValue(key, value);
  if (Array.isArray(value)) return maskList(value, key);
  if (typeof value === 'object' && value !== null) return maskObject(value as Json);
  return value;
}

function maskList(values: readonly unknown[], key: string, before: readonly string[] = []): unknown[] {
  if (!isTexts(values)) return values.map((value) => maskAny(value, key));
  if (key === 'Env') return maskEnv(values);
  return COMMANDS.has(key) ? maskCommand(values, before) : values.map((value) => maskValue(key, value));
}

function maskObject(object: Json): Json {
  const entries = Object.entries(object).map(([key, value]) => {
    if (Array.isArray(value) && (key === 'Args' || key === 'Cmd'))
      return [key, maskList(value, key, programOf(object))];
    return [key, maskAny(value, key)];
  });
  return Object.fromEntries(entries);
}

/** The words in front of Args or Cmd: what short options mean depends on the program. */
function programOf({ Path, Entrypoint, Command }: Json): readonly string[] {
  if (typeof Path === 'string') return [Path];
  return [Entrypoint, Command].find(isTexts) ?? [];
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Variables and JSON keys that hold a whole command: GUNICORN_CMD_ARGS, JAVA_OPTS, an image's CreatedBy. */
function looksLikeCommand(name: string): boolean {
  return /(^|_)(args|cmd|command|opts|options)$|^CreatedBy$/i.test(name);
}

/** Outside text, made safe for the screen, with passwords and tokens in URLs masked. */
export function displayText(text: string): string {
  return safe(maskText(text));
}
