import type { ContainerId, ServiceId } from '../lib/ids.ts';
import type { Panel } from '../prometheus/board.ts';
import type { Endpoint } from '../prometheus/endpoints.ts';
import type { KeyThreshold, Threshold } from '../prometheus/thresholds.ts';
import type { PreferencesStore } from './metric-preferences.ts';

/** What is pinned to, and watched. */
type Source = { status: { endpoint: Endpoint } };

/** Pins and thresholds that are set by key, by what an endpoint is over restarts, recreation and replicas. */
export class ByKey {
  readonly #keeper: PreferencesStore;
  readonly #serviceOf: (container: ContainerId | undefined) => ServiceId | undefined;
  readonly #changed: (endpoint: string) => void;

  /**
   * `serviceOf`: id of the service that a container belongs to. `changed` hears the endpoint of a change, at once and again when
   * it is known whether it could be kept.
   */
  constructor(
    keeper: PreferencesStore,
    serviceOf: (container: ContainerId | undefined) => ServiceId | undefined,
    changed: (endpoint: string) => void,
  ) {
    this.#keeper = keeper;
    this.#serviceOf = serviceOf;
    this.#changed = changed;
  }

  pins(endpoint: Endpoint): readonly Panel[] {
    return this.#keeper.of(this.#nameOf(endpoint)).pins;
  }

  thresholds(endpoint: Endpoint): Threshold[] {
    const { thresholds } = this.#keeper.of(this.#nameOf(endpoint));
    return thresholds.map((one) => ({ ...one, id: `key ${one.title}`, from: 'key' }));
  }

  /** Why what is set by key is not kept, in words. */
  trouble(): string | undefined {
    return this.#keeper.trouble();
  }

  /** Pins a panel to a board, or takes it off again: at once. `kept` is rejected where it is not for longer than this run. */
  pin({ status: { endpoint } }: Source, panel: Panel): { pinned: boolean; kept: Promise<void> } {
    const without = (pins: readonly Panel[]) => pins.filter(({ title }) => title !== panel.title);
    const pins = this.pins(endpoint);
    const pinned = without(pins).length === pins.length;
    const kept = this.#keeper.change(this.#nameOf(endpoint), (before) => ({
      ...before,
      pins: pinned ? [...without(before.pins), panel] : without(before.pins),
    }));
    return { pinned, kept: this.#keeping(endpoint, kept) };
  }

  /** Sets the threshold of the chart with this title, or takes it away: at once. Rejected as above. */
  setThreshold({ status: { endpoint } }: Source, title: string, threshold?: KeyThreshold): Promise<void> {
    const kept = this.#keeper.change(this.#nameOf(endpoint), (before) => {
      const others = before.thresholds.filter((one) => one.title !== title);
      return { ...before, thresholds: threshold === undefined ? others : [...others, threshold] };
    });
    return this.#keeping(endpoint, kept);
  }

  #keeping({ id }: Endpoint, kept: Promise<void>): Promise<void> {
    this.#changed(id);
    return kept.finally(() => this.#changed(id));
  }

  /** Its service, and where in it: all replicas have it, and so does a container that takes another's place. */
  #nameOf({ id, containerId, inside, url }: Endpoint): string {
    const service = this.#serviceOf(containerId);
    if (service === undefined) return id;
    return `${service} ${inside === undefined ? (URL.parse(url)?.pathname ?? '') : `:${inside.port}${inside.path}`}`;
  }
}
