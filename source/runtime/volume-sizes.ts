import type { EngineChanges } from '../engine/engine.ts';
import type { Clock } from '../lib/clock.ts';
import type { EngineId } from '../lib/ids.ts';

/** Sizes hold so long (ms): the engine walks the directories of all volumes for them. */
const HOLDS_MS = 5 * 60_000;

type Sizes = ReadonlyMap<string, number>;
type Reading = { at: number; sizes?: Sizes; running: boolean };

/** The sizes of volumes as far as they are known, read beside the table that shows them: adding them up may take minutes. */
export class VolumeSizes {
  readonly #clock: Clock;
  readonly #readings = new Map<EngineId, Reading>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is known now; undefined before the first reading. Begins a new reading where that is old. */
  of(engine: Pick<EngineChanges, 'diskUse'> & { id: EngineId }): Sizes | undefined {
    const known = this.#readings.get(engine.id);
    const old = known === undefined || this.#clock.now() - known.at >= HOLDS_MS;
    if (old && !known?.running) void this.#read(engine, known?.sizes);
    return known?.sizes;
  }

  async #read(engine: Pick<EngineChanges, 'diskUse'> & { id: EngineId }, before: Sizes | undefined): Promise<void> {
    this.#readings.set(engine.id, { at: this.#clock.now(), sizes: before, running: true });
    const sizes = await engine.diskUse().then(
      ({ volumes }) =>
        new Map(volumes.flatMap(({ name, size }) => (size === undefined ? [] : [[name, size] as const]))),
      () => before,
    );
    this.#readings.set(engine.id, { at: this.#clock.now(), sizes, running: false });
  }
}
