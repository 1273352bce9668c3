import type { Clock } from '../lib/clock.ts';
import { type Board, metricsOf, type Panel } from '../prometheus/board.ts';
import { type Exposition, labelOf } from '../prometheus/exposition/exposition.ts';
import type { EndpointStatus } from '../prometheus/scraper.ts';
import type { PrometheusServer } from '../prometheus/server.ts';
import type { Threshold } from '../prometheus/thresholds.ts';
import { type Boards, boardsFor, chooseBoard, type NamedBoard } from './boards/choose.ts';
import { VariableValues } from './variable-values.ts';

type Chosen = { key: string; board: Board; used: readonly NamedBoard[] };

/** Chooses the board of an endpoint. */
export class BoardChoice {
  readonly #from: Boards;
  readonly #chosen = new Map<string, Chosen>();

  readonly #values: VariableValues;

  /** `changed` is called when there are new values of dashboards' variables. */
  constructor(from: Boards, clock: Clock, changed: () => void) {
    this.#from = from;
    this.#values = new VariableValues(clock, changed);
  }

  /**
   * Chosen once per set of families, server labels and values of variables, as rows that move cannot be read. `service`: its names.
   */
  of(
    { endpoint }: EndpointStatus,
    service: readonly string[],
    exposition: Exposition | undefined,
    server: PrometheusServer | undefined,
  ): Board {
    const { id, name, scrapedBy } = endpoint;
    const known = this.#chosen.get(id);
    if (exposition === undefined) return known?.board ?? { title: name, panels: [] };
    const key = JSON.stringify([exposition.families.size, server?.url, scrapedBy, this.#values.revision]);
    if (known?.key === key) return known.board;
    const scope = {
      server: server !== undefined,
      ...(server === undefined ? {} : { ask: this.#values.asking(server) }),
      ...(scrapedBy === undefined ? {} : { target: scrapedBy }),
      labelValues: (label: string, metric?: string) => valuesOf(exposition, label, metric),
    };
    const program = { names: [name, ...service], exposition, scope };
    const board = chooseBoard(program, this.#from);
    this.#chosen.set(id, { key, board, used: boardsFor(program, this.#from.own ?? []) });
    return board;
  }

  /** Dashboards that match no endpoint, with the reason. */
  unplaced(): readonly { board: string; title: string; reason: string }[] {
    const used = new Set([...this.#chosen.values()].flatMap((one) => one.used));
    return (this.#from.own ?? [])
      .filter((one) => one.ofSeveral && !used.has(one))
      .map(({ title, for: names }) => ({ board: title, title: '(all panels)', reason: absence(names) }));
  }

  /** Forgets the boards of all endpoints but these. */
  keep(endpoints: ReadonlySet<string>): void {
    for (const id of this.#chosen.keys()) if (!endpoints.has(id)) this.#chosen.delete(id);
  }

  /** Names of all metrics on boards, on these pins and in thresholds. */
  metrics(pins: readonly Panel[], thresholds: readonly Threshold[]): Set<string> {
    const boards = [...this.#chosen.values()].map(({ board }) => board);
    return new Set([...boards, { title: '', panels: pins, thresholds }].flatMap((board) => [...metricsOf(board)]));
  }
}

function absence(names: readonly string[]): string {
  if (names.length === 0) return 'none of its panels asks Prometheus for a metric';
  const [first] = names;
  return `no program here has its metrics, such as ${first}`;
}

function valuesOf({ series }: Exposition, label: string, metric: string | undefined): string[] {
  const found = series.flatMap((one) => {
    const value = metric === undefined || one.name === metric ? labelOf(one, label) : undefined;
    return value === undefined ? [] : [value];
  });
  return [...new Set(found)].sort();
}
