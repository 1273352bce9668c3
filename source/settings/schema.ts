import * as v from 'valibot';
import { MetricsSettings } from './metrics.ts';

/**
 * All settings, their defaults and their limits. The file, the environment and the flags give parts of this; see load.ts.
 * Docstrings here are what the documentation says.
 */

const bounded = (least: number, most: number, otherwise: number) =>
  v.optional(v.pipe(v.number(), v.minValue(least), v.maxValue(most)), otherwise);
const whole = (least: number, most: number, otherwise: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)), otherwise);
const text = v.pipe(v.string(), v.trim(), v.nonEmpty());
const clockTime = v.pipe(
  v.string(),
  v.regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day such as 09:15'),
);

const Session = v.strictObject({
  name: text,
  /** IANA name of the exchange's time zone. */
  timeZone: v.pipe(v.string(), v.check(isTimeZone, 'must be an IANA time zone such as America/New_York')),
  days: v.optional(v.array(v.picklist(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])), [
    'mon',
    'tue',
    'wed',
    'thu',
    'fri',
  ]),
  open: clockTime,
  close: clockTime,
  /** Exchange dates without it, as YYYY-MM-DD. */
  holidays: v.optional(v.array(v.pipe(v.string(), v.isoDate(), v.check(isCalendarDate, 'must be a date that exists')))),
  /** Projects it concerns; absent: all. */
  projects: v.optional(v.array(text)),
});

const Condition = v.strictObject({
  /** Service names, `project/service` or globs it concerns. */
  services: v.array(text),
  /** Action names; absent: everything of danger 2 and more. */
  actions: v.optional(v.array(text)),
  /** Such as `nanoarb_position = 0`: must hold before the action. */
  metric: v.pipe(
    v.string(),
    v.regex(
      /^\s*((sum|min|max|avg|count)\(\s*[A-Za-z_:][\w:]*\s*\)|[A-Za-z_:][\w:]*)\s*(=|==|!=|<|<=|>|>=)\s*-?[\d.]+\s*$/,
      'must be a metric, a comparison and a number, such as nanoarb_position = 0',
    ),
  ),
  /** When it does not hold. */
  otherwise: v.optional(v.picklist(['refuse', 'raise'])),
});

const ServiceSettings = v.strictObject({
  /** Must never run twice; scaling refuses. */
  single: v.optional(v.boolean()),
  /** Raises the danger of every action on it by one. */
  protected: v.optional(v.boolean()),
  /** Loses in-memory state when it is restarted, in words for the dialog. */
  memory: v.optional(text),
  /** Seconds it needs to stop. */
  stopTimeout: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3600))),
  /** What it is for, where image and name do not say: it decides how severe a posture finding is. */
  role: v.optional(v.picklist(['engine', 'database', 'cache', 'monitoring', 'job', 'other'])),
  /** URL of its /health. */
  health: v.optional(v.pipe(v.string(), v.url())),
  /** URL of its Prometheus exposition. */
  metrics: v.optional(v.pipe(v.string(), v.url())),
});

/** Of a skin: it becomes the name of a file. */
const SkinName = v.pipe(v.string(), v.regex(/^[\w-]+$/, 'a skin is named with letters, digits, - and _'));

export const SettingsSchema = v.strictObject({
  /** As `docker --host` and `docker --context`. */
  host: v.optional(text),
  context: v.optional(text),
  /** Refuses every action; `:arm` lifts it for a time. */
  readonly: v.optional(v.boolean(), false),
  /** What holds for one docker context only, by its name. */
  contexts: v.optional(
    v.record(v.string(), v.strictObject({ readonly: v.optional(v.boolean(), false), skin: v.optional(SkinName) })),
    {},
  ),
  engine: v.optional(
    v.strictObject({
      /** Seconds between two full lists, which repair what an event missed. */
      poll: bounded(1, 3600, 10),
      /** Requests that inspect containers at the same time. */
      parallel: whole(1, 32, 4),
      /** Seconds that a call may take. */
      timeout: bounded(1, 120, 10),
    }),
    {},
  ),
  usage: v.optional(
    v.strictObject({
      /** Seconds between two readings of what is visible. */
      every: bounded(0.5, 600, 3),
      /** At once: old engines keep a reading waiting for up to a second, so that many go together. */
      parallel: whole(1, 64, 16),
    }),
    {},
  ),
  logs: v.optional(
    v.strictObject({
      /** Mebibytes kept over all sources. */
      buffer: bounded(1, 1024, 16),
      /** Lines shown of the past when a log is opened. */
      tail: whole(0, 100_000, 200),
    }),
    {},
  ),
  screen: v.optional(
    v.strictObject({
      /** Frames a second at most that new data may cause; keys are always drawn at once. */
      frames: bounded(0.2, 30, 5),
      /** Which skin there is without a name: auto asks COLORFGBG, and is dark where the terminal does not say. */
      background: v.optional(v.picklist(['auto', 'dark', 'light']), 'auto'),
      /** Built in: dark, light, high-contrast, deuteranopia, tritanopia, mono; else the file skins/NAME.yaml beside the settings. */
      skin: v.optional(SkinName),
      /** No character outside ASCII. */
      ascii: v.optional(v.boolean(), false),
      header: v.optional(v.boolean(), true),
      /**
       * Milliseconds that a lone ESC waits for the rest of a key: over a slow link an arrow key arrives in pieces. More makes
       * `esc` slower, less breaks keys apart.
       */
      escapePause: whole(10, 2000, 200),
    }),
    {},
  ),
  /** Projects on the keys 1 to 9. */
  favourites: v.optional(v.pipe(v.array(text), v.maxLength(9)), []),
  /** Endpoints, boards, thresholds; see metrics.ts. */
  metrics: v.optional(MetricsSettings, {}),
  /** By `project/service` or the name of a single container. */
  services: v.optional(v.record(v.string(), ServiceSettings), {}),
  actions: v.optional(
    v.strictObject({
      /** Seconds a container gets to stop, where neither it nor its settings say; Docker's own default. */
      stopTimeout: whole(0, 3600, 10),
      /** Seconds after which an effect that was not seen counts as failed. */
      verify: bounded(1, 3600, 60),
      /** Seconds that a container without a health check must run before an action counts it as back. */
      stable: bounded(1, 600, 10),
      /** Seconds that a command of `:exec` may take. */
      execTimeout: bounded(1, 86_400, 30),
    }),
    {},
  ),
  backups: v.optional(
    v.strictObject({
      /** Where archives of volumes go; default: beside the audit log. */
      directory: v.optional(text),
    }),
    {},
  ),
  /** Exchange sessions: while one is open, every action is one step more dangerous. */
  market: v.optional(v.array(Session), []),
  /** Pre-flight conditions on metrics. */
  conditions: v.optional(v.array(Condition), []),
  audit: v.optional(
    v.strictObject({ /** Directory of audit.jsonl; default: the XDG state directory. */ directory: v.optional(text) }),
    {},
  ),
  /** Keys by binding, such as `services.restart: [r]`. */
  keys: v.optional(v.record(v.string(), v.array(text)), {}),
});

/** The settings in force. Times are in seconds, sizes in mebibytes, as the file has them. */
export type Settings = v.InferOutput<typeof SettingsSchema>;

/** The names that settings may have at a place, as far as they are fixed. */
export function settingNames(path: readonly (string | number)[]): string[] {
  let schema: unknown = SettingsSchema;
  for (const key of path) {
    const { entries, value, item } = inner(schema);
    schema = entries?.[String(key)] ?? value ?? item;
  }
  return Object.keys(inner(schema).entries ?? {});
}

type Shape = { entries?: Readonly<Record<string, unknown>>; value?: unknown; item?: unknown };

/** What is in an optional or piped schema. */
function inner(schema: unknown): Shape {
  const { wrapped, pipe } = (schema ?? {}) as { wrapped?: unknown; pipe?: readonly unknown[] };
  if (wrapped !== undefined) return inner(wrapped);
  if (pipe !== undefined && pipe[0] !== schema) return inner(pipe[0]);
  return (schema ?? {}) as Shape;
}

function isCalendarDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
