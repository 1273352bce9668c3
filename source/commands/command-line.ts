import { suggestionFor } from '../lib/suggestion.ts';

/** What each command is for, what it takes, and how its help reads; and whether a command line makes sense. Pure. */

export type CommandName = 'console' | 'demo' | 'glance' | 'run' | 'audit' | 'check' | 'backups' | 'doctor';

type CommandHelp = {
  usage: string;
  summary: string;
  /** Words after the command's name, at most. */
  words: number;
  /** Flags beside the general ones, as they are written. */
  flags: readonly string[];
  options: readonly string[];
};

/** Exit statuses that every command shares (sysexits.h); 0 to 3 are the commands' own. */
export const EXIT = { usage: 64, internal: 70, settings: 78 } as const;

const GENERAL_FLAGS = ['host', 'context', 'config', 'readonly'] as const;

const GENERAL = [
  '    -H, --host URL        engine to connect to, as "docker --host"',
  '    -c, --context NAME    docker context to use',
  '        --config FILE     settings (default ~/.config/deskhand/config.yaml)',
  '        --readonly        refuse every action; :arm lifts it for a time',
  '    -h, --help            this help; after a command, the help of that command; nothing else is done',
  '        --version         the version; nothing else is done',
];

const STATUSES =
  'Exit status of every command: 64 for a command line that makes no sense, 78 for settings that are wrong.';

/** The commands; `actionFlags` and `actionOptions` are those of `run`, which its actions define. */
export function commandHelps(
  actionFlags: readonly string[] = [],
  actionOptions: readonly string[] = [],
): Readonly<Record<CommandName, CommandHelp>> {
  return {
    console: {
      usage: 'deskhand',
      summary: 'the console on the Docker Engine',
      words: 0,
      flags: ['or-demo'],
      options: [],
    },
    demo: {
      usage: 'deskhand demo',
      summary: 'the console on an embedded, simulated engine',
      words: 0,
      flags: ['incident', 'containers', 'engine-only', 'socket', 'clock'],
      options: [
        '        --incident NAME   play an incident; "deskhand demo --incident list" names them',
        '        --containers N    add synthetic containers up to N',
        '        --engine-only     the simulated engine without the console',
        '        --socket PATH     where it listens',
        '        --clock TIME      a clock that stands between keys: the same keys show the same screens',
      ],
    },
    glance: {
      usage: 'deskhand glance',
      summary: 'the state of the desk as text; exit status 0 ok, 1 degraded, 2 down, 3 no engine',
      words: 0,
      flags: ['project', 'json', 'line', 'quiet', 'watch', 'every'],
      options: [
        '        --project NAME    only this compose project or stack',
        '        --json            a machine-readable report',
        '        --line            one line, for tmux or a login message',
        '        --quiet           only what is not well',
        '        --watch           again and again',
        '        --every TIME      of --watch: the time between two looks, such as 2s, 1m or 5 (seconds, the default)',
      ],
    },
    run: {
      usage: 'deskhand run ACTION TARGET',
      summary: 'one action with its plan, guards and audit, for scripts; nothing is done without --yes',
      words: Number.POSITIVE_INFINITY,
      flags: ['yes', 'dry-run', 'confirm', 'reason', 'json', ...actionFlags],
      options: [
        '        --yes             do it; without it the plan is printed',
        '        --dry-run         print the plan, even with --yes',
        '        --confirm NAME    the name to be typed for danger 3 and 4',
        '        --reason TEXT     for the audit log',
        ...actionOptions,
        '        --json            machine-readable; exit status 0 done and verified, 1 failed, 2 refused, 3 no engine',
        '    Examples: deskhand run restart exness/redis, run scale trading/worker 3, run prune images',
      ],
    },
    audit: {
      usage: 'deskhand audit [verify]',
      summary: 'the audit log; verify checks its chain of hashes',
      words: 1,
      flags: ['since', 'json', 'head'],
      options: [
        '        --since TIME      30m, 2h, 7d or a date',
        '        --json            the lines as they are stored',
        '        --head HASH       verify: a hash that was noted before must still be in the log',
      ],
    },
    check: {
      usage: 'deskhand check',
      summary: 'posture: passwords, limits, ports, health checks, the host; for CI with --fail-on',
      words: 0,
      flags: ['project', 'fail-on', 'baseline', 'write-baseline', 'json', 'sarif'],
      options: [
        '        --project NAME    only this compose project',
        '        --fail-on LEVEL   high (default), medium, low or none: findings that make the exit status 1',
        '        --baseline FILE   leave out the findings that were accepted with --write-baseline FILE',
        '        --json, --sarif   machine-readable',
      ],
    },
    backups: {
      usage: 'deskhand backups',
      summary: 'archives of volumes, newest first; exit status 1 where one cannot be used',
      words: 0,
      flags: ['from', 'verify', 'json'],
      options: [
        '        --from DIR        where to look (default: the backup directory of the settings)',
        '        --verify          read each archive and compare it with its checksum',
        '        --json            machine-readable',
      ],
    },
    doctor: { usage: 'deskhand doctor', summary: 'checks what the console needs', words: 0, flags: [], options: [] },
  };
}

type Helps = ReturnType<typeof commandHelps>;

function isCommand(helps: Helps, name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(helps, name);
}

/** The help of one command, or of all of them. */
function helpText(helps: Helps, name?: CommandName): string {
  if (name !== undefined && name !== 'console') {
    const { usage, summary, options } = helps[name];
    const own = options.length === 0 ? [] : ['', '  Options', ...options];
    return lines([
      '',
      '  Usage',
      `    $ ${usage}`,
      '',
      `  ${summary}`,
      ...own,
      '',
      '  General options',
      ...GENERAL,
      '',
      `  ${STATUSES}`,
    ]);
  }
  const all = Object.entries(helps);
  const wide = Math.max(...all.map(([, { usage }]) => usage.length)) + 2;
  return lines([
    '',
    '  Usage',
    ...all.map(([, { usage, summary }]) => `    $ ${usage.padEnd(wide)}${summary}`),
    '',
    '  Options',
    ...GENERAL,
    ...all.flatMap(([command, { options }]) =>
      options.length === 0 ? [] : ['', `  Options of ${command}`, ...options],
    ),
    '',
    `  ${STATUSES}`,
    '  Inside: ? shows the keys, ctrl-a the commands.',
  ]);
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/**
 * Who asks for help or the version gets that and nothing else, wherever it stands on the command line: the text, or undefined. A word
 * after `--` is a word.
 */
export function helpAsked(argv: readonly string[], helps: Helps, version: string): string | undefined {
  const end = argv.indexOf('--');
  const given = end < 0 ? argv : argv.slice(0, end);
  if (given.some((word) => word === '--help' || word === '-h')) {
    const name = given.find((word) => isCommand(helps, word));
    return helpText(helps, isCommand(helps, name) ? name : undefined);
  }
  return given.includes('--version') ? `${version}\n` : undefined;
}

/** Why a command line makes no sense; undefined where it does. `flags`: those given, in camel case. */
export function usageTrouble(
  helps: Helps,
  words: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): string | undefined {
  const [name = 'console', ...more] = words;
  if (!isCommand(helps, name)) {
    return `There is no command "${name}".${suggestionFor(name, Object.keys(helps))} "deskhand --help" lists them.`;
  }
  const command = helps[name];
  if (more.length > command.words)
    return `deskhand ${name} takes no "${more[command.words] ?? ''}". "deskhand ${name} --help" shows what it takes.`;
  const known = [...GENERAL_FLAGS, ...command.flags];
  for (const [flag, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const written = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (!known.includes(written)) return strangeFlag(helps, name, written, known);
    if (value === '') return `--${written} needs a value.`;
  }
  return undefined;
}

function strangeFlag(helps: Helps, name: CommandName, flag: string, known: readonly string[]): string {
  const owners = Object.entries(helps).filter(([, { flags }]) => flags.includes(flag));
  const where = owners.map(([owner]) => `deskhand ${owner}`).join(' and ');
  const command = name === 'console' ? 'deskhand' : `deskhand ${name}`;
  const dashes = flag.length === 1 ? '-' : '--';
  if (owners.length > 0) return `${dashes}${flag} is an option of ${where}, not of ${command}.`;
  const near = suggestionFor(flag, known, '--');
  return `There is no option ${dashes}${flag}.${near} "${command} --help" lists the options.`;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, '': 1000 };

/** A time such as 2s, 1m, 500ms or 5 (seconds), from half a second to a day, in ms; or why it is none. */
export function parseEvery(text: string): number | string {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const ms = amount === undefined ? Number.NaN : Number(amount) * (UNITS[unit] ?? Number.NaN);
  if (ms >= 500 && ms <= 86_400_000) return ms;
  return `--every takes a time from 500ms to 24h, such as 2s, 1m or 5 (seconds), not "${text}".`;
}

/** A whole number in plain digits, or why it is none. */
export function parseCount(flag: string, text: string, most: number): number | string {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return count <= most ? count : `--${flag} takes a whole number from 0 to ${most}, not "${text}".`;
}
