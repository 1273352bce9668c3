import { type Board, metricsOf, type Panel } from '../prometheus/board.ts';
import type { Exposition } from '../prometheus/exposition/exposition.ts';
import type { EndpointStatus } from '../prometheus/scraper.ts';
import type { Threshold } from '../prometheus/thresholds.ts';
import { type Boards, chooseBoard } from './boards/choose.ts';

/** Which board an endpoint has. */
export class BoardChoice {
  readonly #from: Boards;
  readonly #chosen = new Map<string, { families: number; board: Board }>();

  constructor(from: Boards) {
    this.#from = from;
  }

  /** Made once for the families there are: rows that change places by themselves cannot be read. `service`: its names. */
  of({ endpoint }: EndpointStatus, service: readonly string[], exposition: Exposition | undefined): Board {
    const { id, name } = endpoint;
    const known = this.#chosen.get(id);
    if (exposition === undefined) return known?.board ?? { title: name, panels: [] };
    if (known?.families === exposition.families.size) return known.board;
    const board = chooseBoard([name, ...service], exposition, this.#from);
    this.#chosen.set(id, { families: exposition.families.size, board });
    return board;
  }

  /** Forgets the boards of all endpoints but these. */
  keep(endpoints: ReadonlySet<string>): void {
    for (const id of this.#chosen.keys()) if (!endpoints.has(id)) this.#chosen.delete(id);
  }

  /** Names of all metrics on boards and on these pins, and of what is watched. */
  metrics(pins: readonly Panel[], thresholds: readonly Threshold[]): Set<string> {
    const boards = [...this.#chosen.values()].map(({ board }) => board);
    return new Set([...boards, { title: '', panels: pins, thresholds }].flatMap((board) => [...metricsOf(board)]));
  }
}
