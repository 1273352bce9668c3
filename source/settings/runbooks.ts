import * as v from 'valibot';

/** Named commands for services: those of the settings and those that are built in have the same form. Docstrings are what the documentation says. */

const text = v.pipe(v.string(), v.trim(), v.nonEmpty());
const command = v.pipe(v.array(v.string()), v.minLength(1, 'must hold the program and its arguments'));

const Parameter = v.strictObject({
  help: v.optional(text),
  /** Without one it must be given. */
  default: v.optional(v.string()),
  /** Regular expression that the whole value must match. */
  pattern: v.optional(v.pipe(text, v.check(isPattern, 'must be a regular expression'))),
  /** The only values it may have. */
  values: v.optional(v.array(text)),
});

const Http = v.strictObject({
  url: v.pipe(text, v.regex(/^https?:\/\//, 'must begin with http:// or https://')),
  method: v.optional(v.picklist(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']), 'GET'),
  /** Values may name a variable of deskhand's environment: `Bearer $TOKEN`. */
  headers: v.optional(v.record(text, v.string()), {}),
  body: v.optional(v.string()),
});

const RunbookFields = v.strictObject({
  name: v.pipe(text, v.regex(/^[\w.-]+$/, 'is made of letters, digits, - and _')),
  help: v.optional(v.string(), ''),
  /** Where it is offered: names, `project/service` or globs. Any of services, images, labels and commands is enough; without all, everywhere. */
  services: v.optional(v.array(text)),
  /** Image names without registry and tag, globs. */
  images: v.optional(v.array(text)),
  /** `name` or `name=value`, globs. */
  labels: v.optional(v.array(text)),
  /** Command lines of the containers, globs. */
  commands: v.optional(v.array(text)),
  /** A command in a running container of the service. */
  exec: v.optional(command),
  /** A command in a new container of the service's image, networks, environment and volumes, removed afterwards. */
  oneOff: v.optional(command),
  /** A request from this machine. */
  http: v.optional(Http),
  /** A signal to the main process of every running container. */
  signal: v.optional(v.pipe(text, v.regex(/^(SIG)?[A-Z][A-Z0-9+-]*$/, 'must be a signal such as HUP'))),
  /** A command on this machine. */
  host: v.optional(command),
  /** Stand as `{name}` in words of the command, the URL, the body and environment; `{{` is a brace. */
  parameters: v.optional(
    v.record(v.pipe(v.string(), v.regex(/^[a-z][\w-]*$/, 'must be a lower-case word')), Parameter),
    {},
  ),
  user: v.optional(text),
  directory: v.optional(text),
  env: v.optional(v.record(text, v.string()), {}),
  /** Seconds it may take. */
  timeout: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400)), 30),
  /** 0 reads, 1 reversible, 2 short outage, 3 long outage, 4 loses data. */
  danger: v.optional(v.picklist([0, 1, 2, 3, 4]), 2),
  /** Asks before it runs, whatever its danger. */
  confirm: v.optional(v.boolean(), false),
  /** What it means, for the dialog. */
  warning: v.optional(text),
  /** When it counts as done well. */
  expect: v.optional(
    v.strictObject({
      /** Exit status; of http the status of the answer (default: 200 to 299). */
      status: v.optional(v.union([v.pipe(v.number(), v.integer()), v.array(v.pipe(v.number(), v.integer()))])),
      /** Regular expression that its output must match. */
      output: v.optional(v.pipe(text, v.check(isPattern, 'must be a regular expression'))),
    }),
    {},
  ),
  /** File name extension: what it writes to standard output goes to a file in the directory of backups, not to the screen. */
  save: v.optional(v.pipe(text, v.regex(/^[\w.]+$/, 'must be an extension such as dump'))),
});

type Fields = v.InferOutput<typeof RunbookFields>;

/** The kinds of work, exactly one of which a runbook has. */
const KINDS = ['exec', 'oneOff', 'http', 'signal', 'host'] as const;

/** What can be named without being a parameter. */
const OWN_NAMES = ['service', 'project', 'container'] as const;

export const Runbook = v.pipe(
  RunbookFields,
  v.check((one) => kindsOf(one).length === 1, `must have exactly one of ${KINDS.join(', ')}`),
  v.check(
    (one) => unknownNames(one).length === 0,
    ({ input }) => `names {${unknownNames(input as Fields)[0]}}, which is no parameter of it`,
  ),
  v.check(
    (one) => !isInScript(one),
    'must not put a parameter into a script of a shell: pass it as an argument and use "$1"',
  ),
);

export type Runbook = v.InferOutput<typeof Runbook>;
export type RunbookKind = (typeof KINDS)[number];

export function kindsOf(runbook: Fields): RunbookKind[] {
  return KINDS.filter((kind) => runbook[kind] !== undefined);
}

/** `{name}` but not `{{name`. */
export const PLACEHOLDER = /\{\{|\{([a-z][\w-]*)\}/g;

function textsOf({ exec, oneOff, host, http, env, directory }: Fields): string[] {
  const words = [...(exec ?? []), ...(oneOff ?? []), ...(host ?? []), ...Object.values(env)];
  const request = http ? [http.url, http.body ?? '', ...Object.values(http.headers)] : [];
  return [...words, ...request, directory ?? ''];
}

function unknownNames(runbook: Fields): string[] {
  const known: readonly string[] = [...Object.keys(runbook.parameters), ...OWN_NAMES];
  const named = textsOf(runbook).flatMap((one) => [...one.matchAll(PLACEHOLDER)].flatMap(([, name]) => name ?? []));
  return named.filter((name) => !known.includes(name));
}

/** What is typed would be read as commands there. */
function isInScript({ exec, oneOff, host }: Fields): boolean {
  return [exec, oneOff, host].some((words = []) => {
    const at = words.findIndex((word) => /^-\w*c$/.test(word));
    const shell = words.slice(0, at).some((word) => /(^|\/)(ba|a|da|k|z)?sh$/.test(word));
    return at > 0 && shell && [...(words[at + 1] ?? '').matchAll(PLACEHOLDER)].some(([, name]) => name !== undefined);
  });
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'm') !== undefined;
  } catch {
    return false;
  }
}
