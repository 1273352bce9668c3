/**
 * What each room and each of its folders may import. `type`: types only. A room or folder that is not named here may not exist, and
 * what is not named as allowed is forbidden.
 */

type Allowed = Readonly<Record<string, 'all' | 'type'>>;

export type Room = {
  /** The other rooms. */
  imports: Allowed;
  /** The folders inside the room, with those of the same room that each may import; '' is the room itself. Absent: no folders. */
  folders?: Readonly<Record<string, readonly string[]>>;
};

export const ROOMS: Readonly<Record<string, Room>> = {
  lib: {
    imports: {},
    folders: { shell: [], secrets: ['shell'], '': ['secrets'], 'log-line': ['', 'secrets'] },
  },
  settings: { imports: { lib: 'all' } },
  // A program of its own, started beside the console: it shares the clock and the formats with the rest and nothing else.
  simulator: {
    imports: { lib: 'all' },
    folders: {
      world: [],
      metrics: ['world'],
      logs: ['world', 'metrics'],
      programs: ['world', 'metrics', 'logs'],
      stacks: ['world', 'programs'],
      incidents: ['world', 'logs'],
      api: ['world', 'programs'],
      '': ['world', 'metrics', 'stacks', 'incidents', 'api'],
    },
  },
  engine: {
    imports: { lib: 'all' },
    folders: {
      '': [],
      parse: [''],
      connect: ['', 'parse'],
      logs: ['', 'parse'],
      api: ['', 'parse', 'connect', 'logs'],
      watch: ['', 'parse', 'api'],
    },
  },
  prometheus: {
    imports: { lib: 'all' },
    folders: { exposition: [], '': ['exposition'], grafana: [''] },
  },
  ui: {
    imports: { lib: 'all' },
    folders: {
      skins: [],
      input: [],
      '': ['skins', 'input'],
      chart: [],
      'ink-output': [],
      dialog: [''],
      prompt: [''],
      table: [''],
      'text-view': [''],
    },
  },
  probes: { imports: { lib: 'all', engine: 'type' } },
  compose: { imports: { lib: 'all', engine: 'type' } },
  backup: { imports: { lib: 'all' } },
  // Pure: facts come in as values.
  desk: { imports: { lib: 'all', engine: 'type', probes: 'type' } },
  fleet: { imports: { lib: 'all', engine: 'type', desk: 'all' } },
  logs: { imports: { lib: 'all', engine: 'all', desk: 'type' } },
  metrics: {
    imports: { lib: 'all', settings: 'all', engine: 'all', prometheus: 'all', ui: 'type', desk: 'all' },
    folders: { boards: [], '': ['boards'] },
  },
  posture: {
    imports: { lib: 'all', engine: 'all', desk: 'all' },
    folders: { model: [], rules: ['model'], '': ['model', 'rules'] },
  },
  actions: {
    imports: { lib: 'all', settings: 'all', engine: 'all', compose: 'all', backup: 'all', desk: 'all' },
    folders: {
      '': ['audit', 'maintenance', 'runbook'],
      audit: [''],
      maintenance: ['', 'audit'],
      runbook: [''],
    },
  },
  resources: {
    imports: {
      lib: 'all',
      settings: 'type',
      engine: 'type',
      prometheus: 'type',
      ui: 'type',
      backup: 'all',
      desk: 'all',
      fleet: 'all',
      posture: 'all',
      actions: 'all',
    },
  },
  // They only draw: they cannot call an engine or a metrics endpoint.
  panes: {
    imports: {
      lib: 'all',
      settings: 'type',
      engine: 'type',
      prometheus: 'type',
      ui: 'all',
      desk: 'all',
      fleet: 'all',
      actions: 'all',
      logs: 'all',
      metrics: 'all',
      resources: 'all',
    },
    folders: {
      shared: [],
      table: ['shared'],
      health: ['shared', 'table'],
      logs: ['shared', 'table'],
      metrics: ['shared'],
      text: ['shared'],
      '': ['shared', 'table', 'health', 'logs', 'metrics', 'text'],
      console: ['', 'shared', 'table'],
    },
  },
  // Of panes, only what they ask the program for.
  runtime: {
    imports: {
      lib: 'all',
      settings: 'all',
      engine: 'all',
      prometheus: 'all',
      ui: 'all',
      probes: 'all',
      compose: 'all',
      backup: 'all',
      desk: 'all',
      fleet: 'all',
      logs: 'all',
      metrics: 'all',
      posture: 'all',
      actions: 'all',
      resources: 'type',
      panes: 'all',
    },
    folders: { session: [], collectors: [], '': ['session', 'collectors'] },
  },
  commands: {
    imports: {
      lib: 'all',
      settings: 'all',
      engine: 'all',
      prometheus: 'type',
      ui: 'all',
      backup: 'all',
      desk: 'all',
      fleet: 'all',
      logs: 'all',
      metrics: 'all',
      posture: 'all',
      actions: 'all',
      resources: 'all',
      panes: 'all',
      runtime: 'all',
    },
    // Commands do not know each other: only the demo opens the console, and `all` knows all of them.
    folders: {
      '': [],
      audit: [''],
      backups: [''],
      changes: [''],
      check: [''],
      console: [''],
      demo: ['', 'console'],
      doctor: [''],
      glance: [''],
      info: [''],
      init: [''],
      logs: [''],
      mcp: [''],
      metrics: [''],
      parity: [''],
      run: [''],
      services: [''],
      all: [
        ...['', 'audit', 'backups', 'changes', 'check', 'console', 'demo', 'doctor', 'glance', 'info', 'init'],
        ...['logs', 'mcp', 'metrics', 'parity', 'run', 'services'],
      ],
    },
  },
  // The one file that belongs to no room: cli.ts.
  '': { imports: { lib: 'all', settings: 'all', engine: 'all', commands: 'all' } },
};

/** Single files that may reach what their room may not. */
export const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'commands/demo/command.ts': ['simulator'],
};
