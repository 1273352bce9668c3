import { type Board, metricsOf, type Panel } from '../../prometheus/board.ts';
import { chooseBoard, type NamedBoard } from '../../prometheus/boards/choose.ts';
import type { Exposition } from '../../prometheus/exposition.ts';
import type { EndpointStatus } from '../../prometheus/scraper.ts';
import { type PrometheusServer, prometheusServer } from '../../prometheus/server.ts';

/** Which board an endpoint has, and what is pinned to it. */
export class BoardChoice {
  readonly #own: readonly NamedBoard[];
  readonly #chosen = new Map<string, { families: number; board: Board }>();
  readonly #pins = new Map<string, Panel[]>();

  constructor(own: readonly NamedBoard[]) {
    this.#own = own;
  }

  /** Made once for the families there are: rows that change places by themselves cannot be read. */
  of({ endpoint }: EndpointStatus, service: string | undefined, exposition: Exposition | undefined): Board {
    const { id, name } = endpoint;
    const known = this.#chosen.get(id);
    if (exposition === undefined) return known?.board ?? { title: name, panels: [] };
    if (known?.families === exposition.families.size) return known.board;
    const board = chooseBoard(service === undefined ? [name] : [name, service], exposition, this.#own);
    this.#chosen.set(id, { families: exposition.families.size, board });
    return board;
  }

  pinned(endpoint: string): readonly Panel[] {
    return this.#pins.get(endpoint) ?? [];
  }

  pin(endpoint: string, panel: Panel): boolean {
    const before = this.pinned(endpoint);
    const rest = before.filter(({ title }) => title !== panel.title);
    const pinned = rest.length === before.length;
    this.#pins.set(endpoint, pinned ? [...rest, panel] : rest);
    return pinned;
  }

  /** Names of all metrics on boards and pins. */
  metrics(): Set<string> {
    const panels = [...this.#chosen.values()].flatMap(({ board }) => board.panels);
    return metricsOf({ title: '', panels: [...panels, ...[...this.#pins.values()].flat()] });
  }
}

/** The Prometheus server to ask: the one of the settings, else the first one in a stack that answers. */
export class ServerChoice {
  #known: { url: string; server: PrometheusServer } | undefined;
  readonly #set: string | undefined;

  constructor(url: string | undefined) {
    this.#set = url;
  }

  choose(statuses: readonly EndpointStatus[]): PrometheusServer | undefined {
    const found = statuses.find(({ endpoint, state }) => endpoint.isServer && state === 'up')?.endpoint.url;
    const url = this.#set ?? found?.replace(/\/metrics$/, '');
    if (url === undefined) return undefined;
    if (this.#known?.url !== url) this.#known = { url, server: prometheusServer(url) };
    return this.#known.server;
  }
}
