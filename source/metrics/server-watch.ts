import type { TimelineEntry } from '../desk/state.ts';
import type { Clock } from '../lib/clock.ts';
import { errorMessage } from '../lib/error.ts';
import { age } from '../lib/format.ts';
import { displayText } from '../lib/secrets.ts';
import { safe } from '../lib/text.ts';
import type { Alert, PrometheusServer, ServerTarget } from '../prometheus/server.ts';
import type { Theme, Tone } from '../ui/theme.ts';

/** A Prometheus server's alerts and targets. */
export type ServerFacts = {
  /** When it last answered. */
  at?: number;
  alerts: readonly Alert[];
  targets: readonly ServerTarget[];
  /** Why its last request failed. */
  error?: string;
};

const EVERY_MS = 15_000;
/** Older facts are outdated: two answers were missed. */
const FRESH_MS = 3 * EVERY_MS;

/** Reads a server's alerts and targets periodically, and reports when an alert starts or stops firing. */
export class ServerWatch {
  facts: ServerFacts = { alerts: [], targets: [] };
  readonly #clock: Clock;
  readonly #server: PrometheusServer;
  readonly #callbacks: WatchCallbacks;
  readonly #ending = new AbortController();
  #cancel = () => {};

  constructor(clock: Clock, server: PrometheusServer, callbacks: WatchCallbacks) {
    this.#clock = clock;
    this.#server = server;
    this.#callbacks = callbacks;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const { signal } = this.#ending;
    try {
      const [alerts, targets] = await Promise.all([this.#server.alerts({ signal }), this.#server.targets({ signal })]);
      if (signal.aborted) return;
      const before = this.facts.at === undefined ? undefined : firing(this.facts.alerts);
      this.facts = { at: this.#clock.now(), alerts, targets };
      this.#callbacks.changed();
      for (const [alert, entry] of changes(before, firing(alerts), this.#clock.now()))
        this.#callbacks.alert(alert, entry);
    } catch (error) {
      if (signal.aborted) return;
      this.facts = { ...this.facts, error: errorMessage(error) };
      this.#callbacks.changed();
    }
    this.#cancel = this.#clock.after(EVERY_MS, () => void this.#ask());
  }

  /** Whether its facts are current: an unreachable server's last facts are not. */
  isFresh(now: number): boolean {
    return this.facts.at !== undefined && now - this.facts.at <= FRESH_MS;
  }

  close(): void {
    this.#ending.abort();
    this.#cancel();
  }
}

/** Callbacks of a watch. */
type WatchCallbacks = {
  /** There are new facts. */
  changed(): void;
  /** An alert started or stopped firing; the entry is for the timeline. */
  alert(alert: Alert, entry: TimelineEntry): void;
};

/** Firing alerts, by identity. */
function firing(alerts: readonly Alert[]): Map<string, Alert> {
  return new Map(
    alerts.filter(({ state }) => state === 'firing').map((alert) => [JSON.stringify(alert.labels), alert]),
  );
}

/** Alerts that already fired before the console started are shown too, but not as new. */
function changes(
  before: Map<string, Alert> | undefined,
  now: Map<string, Alert>,
  at: number,
): (readonly [Alert, TimelineEntry])[] {
  const begun = [...now].filter(([key]) => !before?.has(key)).map(([, alert]) => alert);
  const ended = [...(before ?? [])].filter(([key]) => !now.has(key)).map(([, alert]) => alert);
  const entry = (alert: Alert, level: 'bad' | 'good', text: string, time = at) =>
    [alert, { at: time, kind: 'metric', level, text }] as const;
  return [
    ...begun.map((alert) => entry(alert, 'bad', `alert ${alertText(alert)}`, alert.activeAt)),
    ...ended.map((alert) => entry(alert, 'good', safe(`alert ${alert.name} no longer fires`))),
  ];
}

function alertText({ name, annotations }: Alert): string {
  const words = annotations.summary ?? annotations.description ?? annotations.message;
  return safe(words === undefined ? name : `${name}: ${words}`);
}

/** Rows for the server's own pane: a summary, then firing alerts, pending alerts, and targets that are down. */
export function serverRows(facts: ServerFacts, now: number, theme: Theme): string[] {
  const { alerts, targets, at, error } = facts;
  const failed = error === undefined ? [] : [theme.paint('bad', displayText(`${theme.glyph('down')} ${error}`))];
  if (at === undefined) return failed;
  const of = (state: Alert['state']) => alerts.filter((alert) => alert.state === state);
  const down = targets.filter(({ health }) => health === 'down');
  const fresh = error !== undefined || now - at > 3 * EVERY_MS ? ` (${age(now - at)} old)` : '';
  const counts = `alerts: ${of('firing').length} firing, ${of('pending').length} pending`;
  const up = targets.filter(({ health }) => health === 'up').length;
  return [
    ...failed,
    theme.paint('dim', `${counts}${theme.ascii ? ' - ' : ' · '}targets: ${up} of ${targets.length} up${fresh}`),
    ...alertRows(of('firing'), 'bad', now, theme),
    ...alertRows(of('pending'), 'warn', now, theme),
    ...down.map(({ job, url, error }) =>
      theme.paint('warn', displayText(`${theme.glyph('down')} target ${job} ${url}: ${error}`)),
    ),
  ];
}

/** Alerts of one name are one row: the first, and how many more. */
function alertRows(alerts: readonly Alert[], tone: Tone, now: number, theme: Theme): string[] {
  const byName = Map.groupBy(alerts, ({ name }) => name);
  return [...byName.values()].map((all) => {
    const first = all.reduce((a, b) => ((a.activeAt ?? now) <= (b.activeAt ?? now) ? a : b));
    const since = first.activeAt === undefined ? '' : ` for ${age(now - first.activeAt)}`;
    const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
    return theme.paint(tone, safe(`${theme.glyph('degraded')} ${first.state}${since}: ${alertText(first)}${more}`));
  });
}
