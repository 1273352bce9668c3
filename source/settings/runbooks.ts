import * as v from 'valibot';
import { bounded, described, text } from './kinds.ts';

/** Named commands for services: those of the settings and those that are built in have the same form. */

const command = v.pipe(v.array(v.string()), v.minLength(1, 'must hold the program and its arguments'));
const globs = (about: string) => v.optional(described(about, v.array(text)));
const pattern = v.pipe(text, v.check(isPattern, 'must be a regular expression'));

const Parameter = v.strictObject({
  help: v.optional(described('Its description, for the help.', text)),
  default: v.optional(described('Its default; without one, a value must be given.', v.string())),
  pattern: v.optional(described('Regular expression that the whole value must match.', pattern)),
  values: v.optional(described('The only values allowed.', v.array(text))),
});

const Http = v.strictObject({
  url: described('Address to ask.', v.pipe(text, v.regex(/^https?:\/\//, 'must begin with http:// or https://'))),
  method: v.optional(described('Method of the request.', v.picklist(['GET', 'HEAD', 'POST', 'PUT', 'DELETE'])), 'GET'),
  headers: v.optional(
    described("Headers; `$NAME` is a variable of deskhand's environment.", v.record(text, v.string())),
    {},
  ),
  body: v.optional(described('Body of the request.', v.string())),
});

const status = v.pipe(v.number(), v.integer());

const RunbookFields = v.strictObject({
  name: described('Its name in commands.', v.pipe(text, v.regex(/^[\w.-]+$/, 'is made of letters, digits, - and _'))),
  help: v.optional(described('One line for the lists.', v.string()), ''),
  services: globs(
    'Where it is offered: names, `project/service` or globs. Any of services, images, labels and commands is enough; without all, everywhere.',
  ),
  images: globs('Image names without registry and tag, or globs.'),
  labels: globs('Labels as `name` or `name=value`, or globs.'),
  commands: globs('Command lines of containers, or globs.'),
  exec: v.optional(described('A command in a running container of the service.', command)),
  oneOff: v.optional(described('A command in a new container like that of the service, removed afterwards.', command)),
  http: v.optional(described('A request from this machine.', Http)),
  signal: v.optional(
    described(
      'A signal to the main process of every running container.',
      v.pipe(text, v.regex(/^(SIG)?[A-Z][A-Z0-9+-]*$/, 'must be a signal such as HUP')),
    ),
  ),
  host: v.optional(described('A command on this machine.', command)),
  parameters: v.optional(
    described(
      'Parameters by name: `{name}` in words of the command, URL, body and environment stands for the value, `{{` for a brace.',
      v.record(v.pipe(v.string(), v.regex(/^[a-z][\w-]*$/, 'must be a lower-case word')), Parameter),
    ),
    {},
  ),
  user: v.optional(described('User that the command runs as.', text)),
  directory: v.optional(described('Directory that the command runs in.', text)),
  env: v.optional(described('Additions to the environment of the command.', v.record(text, v.string())), {}),
  timeout: bounded(1, 86_400, 30, 'Seconds it may take.'),
  danger: v.optional(
    described(
      'Its danger: 0 reads, 1 reversible, 2 short outage, 3 long outage, 4 loses data.',
      v.picklist([0, 1, 2, 3, 4]),
    ),
    2,
  ),
  confirm: v.optional(described('Asks before it runs, whatever its danger.', v.boolean()), false),
  warning: v.optional(described('What it means, for the dialog.', text)),
  expect: v.optional(
    described(
      'When it counts as successful.',
      v.strictObject({
        status: v.optional(
          described(
            'Exit status, or several; default: 0. For `http` the status of the answer; default: 200 to 299.',
            v.union([status, v.array(status)]),
          ),
        ),
        output: v.optional(described('Regular expression that its output must match.', pattern)),
      }),
    ),
    {},
  ),
  save: v.optional(
    described(
      'Extension of a new file in the directory of backups that standard output goes to, instead of the screen.',
      v.pipe(text, v.regex(/^[\w.]+$/, 'must be an extension such as dump')),
    ),
  ),
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
    ({ input }) => `names {${unknownNames(input as Fields)[0]}}, which is not one of its parameters`,
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
