import type { EngineId } from '../lib/ids.ts';

/** Everything that belongs to the connection to one engine. */
export type EngineConnection = { id: EngineId; close(): Promise<void> };

export type EngineSwitchOptions<Endpoint, Connection> = {
  open(endpoint: Endpoint): Connection;
  /** The previous engine is closed, and nothing was read from the next one yet. */
  onLeave(to: Endpoint): void;
  onArrive(from: EngineId, to: EngineId): void;
};

/** The engine that the console is connected to, and the switch to another one. */
export class EngineSwitch<Endpoint, Connection extends EngineConnection> {
  readonly #options: EngineSwitchOptions<Endpoint, Connection>;
  #now: Connection;
  #moving: Promise<void> = Promise.resolve();

  constructor(first: Endpoint, options: EngineSwitchOptions<Endpoint, Connection>) {
    this.#options = options;
    this.#now = options.open(first);
  }

  get now(): Connection {
    return this.#now;
  }

  /** Switches once previous switches have ended, successfully or not. */
  moveTo(endpoint: Endpoint): Promise<void> {
    this.#moving = this.#moving.catch(() => undefined).then(() => this.#move(endpoint));
    return this.#moving;
  }

  async #move(endpoint: Endpoint): Promise<void> {
    const { id: from } = this.#now;
    await this.#now.close();
    this.#options.onLeave(endpoint);
    this.#now = this.#options.open(endpoint);
    this.#options.onArrive(from, this.#now.id);
  }
}
