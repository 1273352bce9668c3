import type { CommandHelp } from './help-options.ts';

/** What each command is for, what it takes, and examples: read by the help, the completion, the man page and the docs. */

export type CommandName =
  | 'console'
  | 'demo'
  | 'glance'
  | 'parity'
  | 'services'
  | 'logs'
  | 'metrics'
  | 'run'
  | 'audit'
  | 'check'
  | 'backups'
  | 'changes'
  | 'mcp'
  | 'doctor'
  | 'info'
  | 'init'
  | 'completion'
  | 'man';

/** Of the console, on a real engine and on the simulated one. */
const CONSOLE_FLAGS = ['command', 'headless', 'refresh', 'budget', 'bandwidth', 'write'] as const;
const CONSOLE_OPTIONS = [
  '        --command TEXT    start with a command, as typed after ":"',
  '        --headless        without the header',
  '    -r, --refresh TIME    interval between readings of CPU and memory, such as 2s (default 3s)',
  '        --budget PERCENT  of one CPU for the console, such as 1%: it reads and draws less often to stay within it',
  '        --bandwidth BYTES a second to the terminal, such as 2k, in the same way',
  '        --write           allow actions although the settings say "readonly: true"; not on a read-only context',
];

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
      flags: ['or-demo', 'fleet', ...CONSOLE_FLAGS],
      options: [
        '        --fleet           start with all hosts: those of the settings, else the docker contexts',
        ...CONSOLE_OPTIONS,
      ],
      examples: [
        ['deskhand', 'the current docker context'],
        ['deskhand --context prod --readonly', 'look, without any way to act'],
        ["deskhand --command 'logs exness/redis'", 'start with a view'],
        ['deskhand --fleet', 'all hosts, the worst first'],
      ],
    },
    demo: {
      usage: 'deskhand demo',
      summary: 'the console on an embedded, simulated engine',
      words: 0,
      flags: ['incident', 'containers', 'hosts', 'faults', 'engine-only', 'socket', 'clock', ...CONSOLE_FLAGS],
      options: [
        ...CONSOLE_OPTIONS,
        '        --incident NAME   play an incident; "deskhand demo --incident list" names them',
        '        --containers N    add synthetic containers up to N',
        '        --hosts N         a fleet of N simulated engines',
        '        --faults LIST     with --hosts: how many are slow, hang, refuse or are gone, such as slow=5,hang=2',
        '        --engine-only     the simulated engine without the console',
        '        --socket PATH     where it listens',
        '        --clock TIME      a clock that stands still between keys: the same keys show the same screens',
      ],
      examples: [['deskhand demo --incident redis-oom', 'see an incident from its beginning']],
    },
    glance: {
      usage: 'deskhand glance',
      summary: 'the state of the desk as text; exit status 0 ok, 1 degraded, 2 down, 3 no engine',
      words: 0,
      flags: ['fleet', 'project', 'json', 'line', 'quiet', 'watch', 'every'],
      options: [
        '        --fleet           all hosts: those of the settings, else the docker contexts; 3 where one cannot be read',
        '        --project NAME    only this compose project or stack',
        '        --json            a machine-readable report',
        '        --line            one line, for tmux or a login message',
        '        --quiet           only what is not ok',
        '        --watch           repeat until stopped',
        '        --every TIME      with --watch: the time between two updates, such as 2s, 1m or 5 (seconds, the default)',
      ],
      examples: [
        ['deskhand glance --fleet --quiet', 'the hosts that are not ok, and each cause once'],
        ['deskhand glance --line', 'one line, for the status bar of tmux'],
        ['deskhand glance --quiet || mail -s desk ops', 'from cron: only what is not ok'],
        ['deskhand glance --json --project exness', 'for scripts'],
      ],
    },
    run: {
      usage: 'deskhand run ACTION TARGET',
      summary: 'one action with its plan, guards and audit, for scripts; nothing is done without --yes',
      words: Number.POSITIVE_INFINITY,
      flags: ['yes', 'dry-run', 'confirm', 'reason', 'json', 'hosts', 'batch', 'most', 'soak', ...actionFlags],
      options: [
        '        --yes             do it; without it the plan is printed',
        '        --dry-run         print the plan, even with --yes',
        '        --confirm NAME    the name to be typed for danger 3 and 4',
        '        --reason TEXT     for the audit log',
        '        --hosts LIST      on many hosts, one first, then in batches: role=engine,group=lon or names',
        '        --batch N         with --hosts: hosts at once after the first (default: a tenth)',
        '        --most N          with --hosts: refuse more hosts than N (default 50)',
        '        --soak TIME       with --hosts: pause between two batches, such as 30s (default 10s)',
        ...actionOptions,
        '        --json            machine-readable; exit status 0 done and verified, 1 failed, 2 refused, 3 no engine',
      ],
      examples: [
        ['deskhand run restart exness/redis', 'print the plan'],
        ['deskhand run restart exness/redis --yes --reason "ticket 4711"', 'do it, verify it, record it'],
        ['deskhand run scale trading/worker 3 --yes --json', 'for scripts'],
        ['deskhand run prune images', 'what a prune would remove'],
        ['deskhand run restart exness/engine --hosts role=engine', 'the plan over all hosts of a role'],
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
      examples: [
        ['deskhand audit --since 2h', 'what was done in the last two hours'],
        ['deskhand audit verify', 'exit status 1 if the log was changed'],
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
        '        --baseline FILE   leave out the findings that were accepted before',
        '        --write-baseline FILE  accept the current findings: write them to FILE',
        '        --json            machine-readable',
        '        --sarif           as SARIF 2.1.0, for code scanning',
      ],
      examples: [
        ['deskhand check --fail-on medium', 'in CI'],
        ['deskhand check --write-baseline accepted.json', 'accept the current findings'],
      ],
    },
    backups: {
      usage: 'deskhand backups',
      summary: 'backups of volumes and dumps, newest first; exit status 1 where one cannot be used',
      words: 0,
      flags: ['from', 'verify', 'json'],
      options: [
        '        --from DIR        where to look, also restic:REPOSITORY (default: as the settings say)',
        '        --verify          read each archive and compare it with its checksum',
        '        --json            machine-readable',
      ],
      examples: [['deskhand backups --verify', 'read every archive again']],
    },
    parity: {
      usage: 'deskhand parity',
      summary:
        'where hosts of one role differ: images, environment, configuration, limits; exit status 1 where they do',
      words: 0,
      flags: ['role', 'json'],
      options: [
        '        --role ROLE       only hosts with this role',
        '        --json            machine-readable; exit status 0 alike, 1 different, 3 a host could not be read',
      ],
      examples: [['deskhand parity --role engine', 'before the market opens']],
    },
    services: {
      usage: 'deskhand services',
      summary: 'the services as a table, worst first, or their names',
      words: 0,
      flags: ['project', 'json', 'quiet'],
      options: [
        '        --project NAME    only this compose project or stack',
        '        --quiet           only the names, one a line',
        '        --json            machine-readable',
      ],
      examples: [['deskhand services --quiet --project exness', 'names for a loop in a script']],
    },
    logs: {
      usage: 'deskhand logs [SERVICE...]',
      summary: 'logs of services merged by time, with levels and fields to select by',
      words: Number.POSITIVE_INFINITY,
      flags: ['project', 'hosts', 'since', 'until', 'tail', 'follow', 'where', 'json'],
      options: [
        '        --project NAME    all services of a compose project or stack',
        '        --hosts WHICH     on these hosts of the fleet, merged: role=engine,group=lon, or names',
        '        --since TIME      from this time: 5m, 2h, 7d or a time such as 2026-01-31T09:15',
        '        --until TIME      up to this time',
        '        --tail N          the last N lines of each service (default 100 unless --since is given)',
        '    -f, --follow          keep printing new lines',
        '        --where QUERY     only lines that match, such as "level>=error status>=500"',
        '        --json            one object for each line',
      ],
      examples: [
        ['deskhand logs exness/redis exness/engine --since 10m', 'two services, merged by time'],
        ["deskhand logs --project exness --where 'level>=error' --since 1d", 'all errors of a day'],
        ['deskhand logs exness/engine --hosts role=engine -f', 'one service on many hosts'],
        ['deskhand logs docker/nanoarb -f --json', 'for jq'],
      ],
    },
    metrics: {
      usage: 'deskhand metrics SERVICE [NAME...]',
      summary: 'the metrics of a service now, or those of these names',
      words: Number.POSITIVE_INFINITY,
      flags: ['json'],
      options: ['        --json            machine-readable'],
      examples: [
        ['deskhand metrics docker/nanoarb', 'everything it exposes'],
        ["deskhand metrics docker/nanoarb 'nanoarb_position*'", 'names may contain *'],
      ],
    },
    changes: {
      usage: 'deskhand changes [SERVICE...]',
      summary: 'what happened to services in the last hour: starts, exits, health',
      words: Number.POSITIVE_INFINITY,
      flags: ['project', 'since', 'json'],
      options: [
        '        --project NAME    only this compose project or stack',
        '        --since TIME      from this time: 10m, 1h or a time such as 2026-01-31T09:15',
        '        --json            machine-readable',
      ],
      examples: [['deskhand changes exness/redis --since 10m', 'what happened to a service']],
    },
    mcp: {
      usage: 'deskhand mcp',
      summary: 'read-only tools for other programs, over the Model Context Protocol on standard input and output',
      words: 0,
      flags: [],
      options: [],
      examples: [['deskhand --context prod mcp', 'as the command of an MCP client']],
    },
    doctor: {
      usage: 'deskhand doctor',
      summary: 'checks what the console needs',
      words: 0,
      flags: [],
      options: [],
      examples: [['deskhand doctor --context prod', 'before the first look at a host']],
    },
    info: {
      usage: 'deskhand info',
      summary: 'where files are, and the settings in force with their origin',
      words: 0,
      flags: ['json'],
      options: ['        --json            machine-readable'],
      examples: [['deskhand info --json', 'for scripts']],
    },
    init: {
      usage: 'deskhand init',
      summary: 'writes a settings file with every setting as a comment; an existing one is left alone',
      words: 0,
      flags: [],
      options: [],
      examples: [['deskhand init --config ./deskhand.yaml', 'somewhere other than ~/.config']],
    },
    completion: {
      usage: 'deskhand completion bash|zsh|fish',
      summary: 'prints the completion script of a shell',
      words: 1,
      flags: [],
      options: [],
      examples: [
        ['deskhand completion bash > /etc/bash_completion.d/deskhand', 'for all users of bash'],
        ['deskhand completion zsh > ~/.zfunc/_deskhand', 'for zsh, with ~/.zfunc in fpath'],
        ['deskhand completion fish > ~/.config/fish/completions/deskhand.fish', 'for fish'],
      ],
    },
    man: {
      usage: 'deskhand man',
      summary: 'prints the manual page',
      words: 0,
      flags: [],
      options: [],
      examples: [['deskhand man | man -l -', 'read it']],
    },
  };
}

export type Helps = ReturnType<typeof commandHelps>;
