import type { Clock } from '../../clock.ts';
import type { TimelineEntry } from '../../desk/state.ts';
import { age } from '../../format.ts';
import type { Alert, PrometheusServer, ServerTarget } from '../../prometheus/server.ts';
import { safe } from '../../ui/text.ts';
import type { Theme } from '../../ui/theme.ts';

/** What the Prometheus server of a stack knows beyond numbers. */
export type ServerFacts = {
  /** When it last answered. */
  at?: number;
  alerts: readonly Alert[];
  targets: readonly ServerTarget[];
  /** Why it did not answer the last time. */
  error?: string;
};

const EVERY_MS = 15_000;

/** Asks the server for alerts and targets from time to time, and tells when an alert begins or ends to fire. */
export class ServerWatch {
  facts: ServerFacts = { alerts: [], targets: [] };
  readonly #clock: Clock;
  readonly #server: () => PrometheusServer | undefined;
  readonly #tell: (entry: TimelineEntry | undefined) => void;
  readonly #ending = new AbortController();
  #cancel: () => void;

  /** `tell` hears every change, with an entry for the timeline where it is worth one. */
  constructor(
    clock: Clock,
    server: () => PrometheusServer | undefined,
    tell: (entry: TimelineEntry | undefined) => void,
  ) {
    this.#clock = clock;
    this.#server = server;
    this.#tell = tell;
    this.#cancel = clock.after(EVERY_MS, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const server = this.#server();
    if (server !== undefined) {
      try {
        const { signal } = this.#ending;
        const [alerts, targets] = await Promise.all([server.alerts({ signal }), server.targets({ signal })]);
        if (signal.aborted) return;
        const before = this.facts.at === undefined ? undefined : firing(this.facts.alerts);
        this.facts = { at: this.#clock.now(), alerts, targets };
        for (const entry of changes(before, firing(alerts), this.#clock.now())) this.#tell(entry);
      } catch (error) {
        this.facts = { ...this.facts, error: error instanceof Error ? error.message : String(error) };
      }
      if (!this.#ending.signal.aborted) this.#tell(undefined);
    }
    if (!this.#ending.signal.aborted) this.#cancel = this.#clock.after(EVERY_MS, () => void this.#ask());
  }

  close(): void {
    this.#ending.abort();
    this.#cancel();
  }
}

/** Alerts that fire, by what tells them apart. */
function firing(alerts: readonly Alert[]): Map<string, Alert> {
  return new Map(
    alerts.filter(({ state }) => state === 'firing').map((alert) => [JSON.stringify(alert.labels), alert]),
  );
}

/** Those that fired before the console came are told, too, but not that they began. */
function changes(before: Map<string, Alert> | undefined, now: Map<string, Alert>, at: number): TimelineEntry[] {
  const begun = [...now].filter(([key]) => !before?.has(key)).map(([, alert]) => alert);
  const ended = [...(before ?? [])].filter(([key]) => !now.has(key)).map(([, alert]) => alert);
  return [
    ...begun.map((alert) => ({
      at: alert.activeAt ?? at,
      kind: 'metric' as const,
      level: 'bad' as const,
      text: `alert ${alertText(alert)}`,
    })),
    ...ended.map(({ name }) => ({
      at,
      kind: 'metric' as const,
      level: 'good' as const,
      text: safe(`alert ${name} no longer fires`),
    })),
  ];
}

function alertText({ name, annotations }: Alert): string {
  const words = annotations.summary ?? annotations.description ?? annotations.message;
  return safe(words === undefined ? name : `${name}: ${words}`);
}

/** Alerts that fire or are pending, and targets that are down: rows for the server's own pane. */
export function serverRows(facts: ServerFacts, now: number, theme: Theme): string[] {
  const { alerts, targets, at, error } = facts;
  if (error !== undefined) return [theme.paint('bad', safe(`${theme.glyph('down')} ${error}`))];
  if (at === undefined) return [];
  const since = (time: number | undefined) => (time === undefined ? '' : ` for ${age(now - time)}`);
  const active = alerts.filter(({ state }) => state !== 'inactive');
  const down = targets.filter(({ health }) => health === 'down');
  const fresh = now - at > 3 * EVERY_MS ? ` (${age(now - at)} old)` : '';
  return [
    ...active.map((alert) =>
      theme.paint(
        alert.state === 'firing' ? 'bad' : 'warn',
        safe(`${theme.glyph('degraded')} ${alert.state}${since(alert.activeAt)}: ${alertText(alert)}`),
      ),
    ),
    ...down.map(({ job, url, error }) =>
      theme.paint('warn', safe(`${theme.glyph('down')} target ${job} ${url}: ${error}`)),
    ),
    theme.paint(
      'dim',
      `${active.length} alerts, ${targets.length - down.length} of ${targets.length} targets up${fresh}`,
    ),
  ];
}
