import type { ContainerId, ServiceId } from '../lib/ids.ts';
import type { Panel } from '../prometheus/board.ts';
import type { MetricsEndpoint } from '../prometheus/endpoints.ts';
import type { KeyThreshold, Threshold } from '../prometheus/thresholds.ts';
import type { PreferencesStore } from './metric-preferences.ts';

/** The chart to pin or watch. */
type Source = { status: { endpoint: MetricsEndpoint } };

/** The operator's pins and thresholds, keyed so that they survive restarts, recreation and scaling. */
export class ByKey {
  readonly #preferences: PreferencesStore;
  readonly #serviceOf: (container: ContainerId | undefined) => ServiceId | undefined;
  readonly #changed: (endpoint: string) => void;

  /**
   * `serviceOf`: id of the service that a container belongs to. `changed` is called with the endpoint of a change, at once and again when
   * it was saved or failed.
   */
  constructor(
    preferences: PreferencesStore,
    serviceOf: (container: ContainerId | undefined) => ServiceId | undefined,
    changed: (endpoint: string) => void,
  ) {
    this.#preferences = preferences;
    this.#serviceOf = serviceOf;
    this.#changed = changed;
  }

  pins(endpoint: MetricsEndpoint): readonly Panel[] {
    return this.#preferences.of(this.#nameOf(endpoint)).pins;
  }

  thresholds(endpoint: MetricsEndpoint): Threshold[] {
    const { thresholds } = this.#preferences.of(this.#nameOf(endpoint));
    return thresholds.map((one) => ({ ...one, id: `key ${one.title}`, from: 'key' }));
  }

  /** Why the operator's changes are not saved, in words. */
  trouble(): string | undefined {
    return this.#preferences.trouble();
  }

  /** Pins a panel to a board or unpins it, at once. `kept` rejects if it lasts only for this run. */
  pin({ status: { endpoint } }: Source, panel: Panel): { pinned: boolean; kept: Promise<void> } {
    const without = (pins: readonly Panel[]) => pins.filter(({ title }) => title !== panel.title);
    const pins = this.pins(endpoint);
    const pinned = without(pins).length === pins.length;
    const kept = this.#preferences.change(this.#nameOf(endpoint), (before) => ({
      ...before,
      pins: pinned ? [...without(before.pins), panel] : without(before.pins),
    }));
    return { pinned, kept: this.#keeping(endpoint, kept) };
  }

  /** Sets or removes the threshold of the chart with this title, at once. Rejects as above. */
  setThreshold({ status: { endpoint } }: Source, title: string, threshold?: KeyThreshold): Promise<void> {
    const kept = this.#preferences.change(this.#nameOf(endpoint), (before) => {
      const others = before.thresholds.filter((one) => one.title !== title);
      return { ...before, thresholds: threshold === undefined ? others : [...others, threshold] };
    });
    return this.#keeping(endpoint, kept);
  }

  #keeping({ id }: MetricsEndpoint, kept: Promise<void>): Promise<void> {
    this.#changed(id);
    return kept.finally(() => this.#changed(id));
  }

  /** Its service and position in it: shared by all replicas and by a recreated container. */
  #nameOf({ id, containerId, inside, url }: MetricsEndpoint): string {
    const service = this.#serviceOf(containerId);
    if (service === undefined) return id;
    return `${service} ${inside === undefined ? (URL.parse(url)?.pathname ?? '') : `:${inside.port}${inside.path}`}`;
  }
}
