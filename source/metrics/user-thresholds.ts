import type { ContainerId, ServiceId } from '../lib/ids.ts';
import type { Panel } from '../prometheus/board.ts';
import type { Endpoint } from '../prometheus/endpoints.ts';
import type { KeyThreshold, Threshold } from '../prometheus/thresholds.ts';
import type { PreferencesStore } from './metric-preferences.ts';

/** Pins and thresholds that are set by key, by what an endpoint is over restarts, recreation and replicas. */
export class ByKey {
  readonly #keeper: PreferencesStore;
  readonly #serviceOf: (container: ContainerId | undefined) => ServiceId | undefined;

  /** `serviceOf`: id of the service that a container belongs to. */
  constructor(keeper: PreferencesStore, serviceOf: (container: ContainerId | undefined) => ServiceId | undefined) {
    this.#keeper = keeper;
    this.#serviceOf = serviceOf;
  }

  pins(endpoint: Endpoint): readonly Panel[] {
    return this.#keeper.of(this.#nameOf(endpoint)).pins;
  }

  thresholds(endpoint: Endpoint): Threshold[] {
    const { thresholds } = this.#keeper.of(this.#nameOf(endpoint));
    return thresholds.map((one) => ({ ...one, id: `key ${one.title}`, from: 'key' }));
  }

  /** Pins a panel, or takes it off again where it is pinned. */
  pin(endpoint: Endpoint, panel: Panel): { pinned: boolean; kept: Promise<void> } {
    const without = (pins: readonly Panel[]) => pins.filter(({ title }) => title !== panel.title);
    const pins = this.pins(endpoint);
    const pinned = without(pins).length === pins.length;
    const kept = this.#keeper.change(this.#nameOf(endpoint), (before) => ({
      ...before,
      pins: pinned ? [...without(before.pins), panel] : without(before.pins),
    }));
    return { pinned, kept };
  }

  setThreshold(endpoint: Endpoint, title: string, threshold: KeyThreshold | undefined): Promise<void> {
    return this.#keeper.change(this.#nameOf(endpoint), (before) => {
      const others = before.thresholds.filter((one) => one.title !== title);
      return { ...before, thresholds: threshold === undefined ? others : [...others, threshold] };
    });
  }

  /** Its service, and where in it: all replicas have it, and so does a container that takes another's place. */
  #nameOf({ id, containerId, inside, url }: Endpoint): string {
    const service = this.#serviceOf(containerId);
    if (service === undefined) return id;
    return `${service} ${inside === undefined ? (URL.parse(url)?.pathname ?? '') : `:${inside.port}${inside.path}`}`;
  }
}
