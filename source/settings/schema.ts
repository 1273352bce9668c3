import * as v from 'valibot';
import { Condition, Session } from './guards.ts';
import { HostsSettings } from './hosts.ts';
import { Aliases, Hotkeys, TableViews } from './k9s-files.ts';
import { bounded, described, text, whole } from './kinds.ts';
import { LogServer } from './log-server.ts';
import { Procedures } from './maintenance.ts';
import { MetricsSettings, SloSettings } from './metrics.ts';
import { Plugins } from './plugins.ts';
import { Runbook } from './runbooks.ts';
import { ServiceSettings } from './services.ts';

/**
 * All settings, their defaults and their limits. The file, the environment and the flags give parts of this; see load.ts.
 * docs/configuration.md and the JSON Schema are generated from it.
 */

/** Of a skin: it becomes the name of a file. */
const SkinName = v.pipe(v.string(), v.regex(/^[\w-]+$/, 'a skin is named with letters, digits, - and _'));

const Favourites = v.pipe(v.array(text), v.maxLength(9));
const Keys = v.record(v.string(), v.array(text));

export const SettingsSchema = v.strictObject({
  host: v.optional(described('Engine to connect to, as `docker --host`.', text)),
  context: v.optional(described('Docker context to use, as `docker --context`.', text)),
  readonly: v.optional(described('Refuse every action; `:arm` lifts it for a time.', v.boolean()), false),
  hosts: v.optional(
    described('The hosts of the fleet, by name. Without any the docker contexts are the fleet.', HostsSettings),
    {},
  ),
  contexts: v.optional(
    described(
      'What applies to one docker context or host only, by its name.',
      v.record(
        v.string(),
        v.strictObject({
          readonly: v.optional(described('Refuse every action there.', v.boolean()), false),
          skin: v.optional(described('Skin to use there.', SkinName)),
          favourites: v.optional(described('Projects on the keys `1` to `9` there.', Favourites)),
          aliases: v.optional(described('Aliases there, beside those of all.', Aliases)),
          hotkeys: v.optional(described('Hotkeys there, beside those of all.', Hotkeys)),
          plugins: v.optional(described('Plugins there, beside those of all.', Plugins)),
          views: v.optional(described('Views of tables there, before those of all.', TableViews)),
          keys: v.optional(described('Keys by binding there.', Keys)),
        }),
      ),
    ),
    {},
  ),
  engine: v.optional(
    described(
      'How the engine is read.',
      v.strictObject({
        poll: bounded(1, 3600, 10, 'Seconds between two full lists, which catch what the events missed.'),
        parallel: whole(1, 32, 4, 'Inspect requests at the same time.'),
        timeout: bounded(1, 120, 10, 'Seconds a call may take.'),
      }),
    ),
    {},
  ),
  usage: v.optional(
    described(
      'Readings of CPU and memory.',
      v.strictObject({
        every: bounded(0.5, 600, 3, 'Seconds between two readings of CPU and memory of what is visible.'),
        parallel: whole(1, 64, 16, 'Readings at the same time: old engines let each one wait for up to a second.'),
      }),
    ),
    {},
  ),
  logs: v.optional(
    described(
      'Logs.',
      v.strictObject({
        buffer: bounded(1, 1024, 16, 'MiB of memory for the lines of all log sources together.'),
        tail: whole(0, 100_000, 200, 'Older lines shown when a log is opened.'),
        server: v.optional(
          described(
            'A log server for lines older than the logs of the engines, and of removed containers; only read.',
            LogServer,
          ),
        ),
        hide: v.optional(
          described('Filters whose lines are hidden in every log, as typed after `/`: GET /health.', v.array(text)),
          [],
        ),
        highlight: v.optional(
          described('Filters whose hits are highlighted in every log: `level>=error`, rejected.', v.array(text)),
          [],
        ),
      }),
    ),
    {},
  ),
  screen: v.optional(
    described(
      'The screen.',
      v.strictObject({
        frames: bounded(0.2, 30, 5, 'Frames a second at most for new data; keys are always drawn at once.'),
        background: v.optional(
          described(
            'Background of the terminal, for the skin when none is named; `auto` reads COLORFGBG, else asks the terminal (OSC 11); one that does not answer counts as dark.',
            v.picklist(['auto', 'dark', 'light']),
          ),
          'auto',
        ),
        skin: v.optional(
          described(
            'Colours: dark, light, high-contrast, deuteranopia, tritanopia or mono, or NAME of a file `skins/NAME.yaml` next to the settings.',
            SkinName,
          ),
        ),
        ascii: v.optional(described('Draw with ASCII characters only.', v.boolean()), false),
        header: v.optional(described('Show the header.', v.boolean()), true),
        mouse: v.optional(
          described(
            'The wheel of the mouse moves the cursor, or scrolls, where the focus is; clicks do nothing. Terminals then select text with shift only.',
            v.boolean(),
          ),
          false,
        ),
        keep: v.optional(
          described(
            'Begin with the view, project, filter, order and columns of the last run in this context.',
            v.boolean(),
          ),
          true,
        ),
        escapePause: whole(
          10,
          2000,
          200,
          'Milliseconds to wait after ESC for the rest of a key, which a slow link delivers in pieces. More makes `esc` slower.',
        ),
      }),
    ),
    {},
  ),
  budget: v.optional(
    described(
      'What the console may cost: it measures itself, and reads and draws less often to stay within it. Keys are drawn at once all the same, events within two seconds.',
      v.strictObject({
        cpu: v.optional(described('Percent of one CPU.', v.pipe(v.number(), v.minValue(0.1), v.maxValue(100)))),
        bandwidth: v.optional(
          described('Bytes a second to the terminal.', v.pipe(v.number(), v.integer(), v.minValue(100))),
        ),
        isolated: v.optional(
          described('Whether it may run on isolated CPUs, where it was put on them.', v.boolean()),
          true,
        ),
      }),
    ),
    {},
  ),
  favourites: v.optional(described('Projects on the keys `1` to `9`.', Favourites), []),
  metrics: v.optional(
    described('Endpoints, boards and thresholds; docs/metrics.md explains them.', MetricsSettings),
    {},
  ),
  services: v.optional(
    described(
      'What is special about a service, by `project/service` or the name of a single container.',
      v.record(v.string(), ServiceSettings),
    ),
    {},
  ),
  actions: v.optional(
    described(
      'Time limits of actions.',
      v.strictObject({
        stopTimeout: whole(
          0,
          3600,
          10,
          'Seconds a container gets to stop, unless the container or its service says otherwise.',
        ),
        verify: bounded(1, 3600, 60, 'Seconds to wait for the effect of an action before it counts as failed.'),
        stable: bounded(1, 600, 10, 'Seconds a container without a health check must run before it counts as back.'),
        execTimeout: bounded(1, 86_400, 30, 'Seconds a command of `:exec` may take.'),
      }),
    ),
    {},
  ),
  runbooks: v.optional(
    described('Named commands for services, in addition to the built-in ones; see docs/runbooks.md.', v.array(Runbook)),
    [],
  ),
  maintenance: v.optional(
    described('Guided procedures for maintenance windows, by name; see docs/runbooks.md.', Procedures),
    {},
  ),
  images: v.optional(
    described(
      'Images and their registries.',
      v.strictObject({
        registry: v.optional(
          described(
            'Ask the registry of an image, through the engine and at most once an hour, whether it has a newer one.',
            v.boolean(),
          ),
          false,
        ),
      }),
    ),
    {},
  ),
  backups: v.optional(
    described(
      'Archives of volumes.',
      v.strictObject({
        directory: v.optional(described('Directory for archives of volumes; default: next to the audit log.', text)),
        restic: v.optional(
          described(
            'Repository of restic that backups of volumes go to instead, such as `sftp:host:/srv/restic`.',
            text,
          ),
        ),
        resticPasswordFile: v.optional(
          described('File with the password of restic repositories; default: what RESTIC_PASSWORD_FILE names.', text),
        ),
        keep: v.optional(
          described(
            'Archives of each volume to keep after a new backup; default: all. The newest always stays.',
            v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
          ),
        ),
        maxAge: v.optional(
          described(
            'Days after which a new backup deletes older archives of its volume; default: never.',
            v.pipe(v.number(), v.minValue(0.01), v.maxValue(36_500)),
          ),
        ),
      }),
    ),
    {},
  ),
  market: v.optional(
    described('Exchange sessions: while one is open, every action is one level more dangerous.', v.array(Session)),
    [],
  ),
  slos: v.optional(
    described(
      'Service level objectives: how fast their error budget burns counts in verdict and glance; see docs/metrics.md.',
      v.array(SloSettings),
    ),
    [],
  ),
  conditions: v.optional(described('Conditions on metrics that must hold before an action.', v.array(Condition)), []),
  audit: v.optional(
    described(
      'The audit log.',
      v.strictObject({
        directory: v.optional(described('Directory of `audit.jsonl`; default: `~/.local/state/deskhand`.', text)),
      }),
    ),
    {},
  ),
  aliases: v.optional(
    described('Commands by a short name, such as `rd: logs exness/redis`; also in the file `aliases.yaml`.', Aliases),
    {},
  ),
  hotkeys: v.optional(described('Keys that run a command, by a name; also in the file `hotkeys.yaml`.', Hotkeys), {}),
  plugins: v.optional(
    described('Commands of this machine on keys of tables, by a name; also in the file `plugins.yaml`.', Plugins),
    {},
  ),
  views: v.optional(
    described(
      'Columns and order of tables, by the name of the table such as `services`, also of one project: `services@exness`; also in the file `views.yaml`.',
      TableViews,
    ),
    {},
  ),
  keys: v.optional(described('Keys by binding, such as `services.restart: [ctrl-r]`.', Keys), {}),
});

/** The settings in force. Times are in seconds, sizes in mebibytes, as the file has them. */
export type Settings = v.InferOutput<typeof SettingsSchema>;
