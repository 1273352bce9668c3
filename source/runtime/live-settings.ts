import type { Clock } from '../lib/clock.ts';
import { errorMessage } from '../lib/error.ts';
import { fromNextStart, inContext } from '../settings/in-context.ts';
import { type SettingsDocument, SettingsError } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';

/** Reads the settings again, and checks them; throws a SettingsError. */
export type ReadSettings = () => { settings: Settings; document: SettingsDocument };

/** How settings are followed while the console runs. */
export type SettingsSource = {
  read: ReadSettings;
  /** Calls `changed` when one of the files has; the returned function ends that. */
  watch(changed: () => void): () => void;
};

/** What came of reading the settings again, in words. */
export type Reloaded = { ok: boolean; text: string };

/** Editors write a file in several steps (ms). */
const SETTLED_MS = 300;

export type LiveSettingsDeps = {
  settings: Settings;
  document?: Pick<SettingsDocument, 'place' | 'values'>;
  source?: SettingsSource;
  clock: Clock;
  /** The docker context or host that is connected to now. */
  context(): string | undefined;
};

/** The settings in force: those of the files as they are now, as long as these are right, with what the current context has of its own. */
export class LiveSettings {
  readonly #deps: LiveSettingsDeps;
  readonly #listeners = new Set<(reloaded: Reloaded) => void>();
  readonly #unwatch: () => void;
  #base: Settings;
  #document: Pick<SettingsDocument, 'place' | 'values'> | undefined;
  #shown: { base: Settings; context: string | undefined; settings: Settings };
  #cancel: (() => void) | undefined;

  constructor(deps: LiveSettingsDeps) {
    this.#deps = deps;
    this.#base = deps.settings;
    this.#document = deps.document;
    this.#shown = { base: deps.settings, context: undefined, settings: deps.settings };
    this.#unwatch =
      deps.source?.watch(() => {
        this.#cancel?.();
        this.#cancel = deps.clock.after(SETTLED_MS, () => this.reload());
      }) ?? (() => {});
  }

  /** The same value as long as neither files nor context change. */
  get now(): Settings {
    const context = this.#deps.context();
    if (this.#shown.base !== this.#base || this.#shown.context !== context)
      this.#shown = { base: this.#base, context, settings: inContext(this.#base, context) };
    return this.#shown.settings;
  }

  get document(): Pick<SettingsDocument, 'place' | 'values'> | undefined {
    return this.#document;
  }

  /** Reads the files; wrong settings are reported, and the old ones stay. */
  reload(): void {
    const { source } = this.#deps;
    const outcome: Reloaded =
      source === undefined ? { ok: false, text: 'These settings come from no file.' } : this.#read(source);
    for (const listener of this.#listeners) listener(outcome);
  }

  /** Tells what came of each reading; the returned function ends that. */
  onReload(listener: (reloaded: Reloaded) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#cancel?.();
    this.#unwatch();
  }

  #read({ read }: SettingsSource): Reloaded {
    try {
      const { settings, document } = read();
      const later = fromNextStart(this.#base, settings);
      this.#base = settings;
      this.#document = document;
      const from = later.length === 0 ? '' : ` From the next start on: ${later.join(', ')}.`;
      return { ok: true, text: `The settings were read again.${from}` };
    } catch (error) {
      const [first = errorMessage(error), ...more] = error instanceof SettingsError ? error.problems : [];
      const others = more.length === 0 ? '' : ` (and ${more.length} more: deskhand doctor)`;
      return { ok: false, text: `The settings are wrong, and the old ones stay: ${first}${others}` };
    }
  }
}
