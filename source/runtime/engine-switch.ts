import type { EngineId } from '../lib/ids.ts';

/** All that lives and ends with the connection to one engine. */
export type EngineConnection = { id: EngineId; close(): Promise<void> };

export type EngineSwitchOptions<Endpoint, Connection> = {
  open(endpoint: Endpoint): Connection;
  /** The engine before has had its last word, and nothing was read from the next one so far. */
  onLeave(to: Endpoint): void;
  onArrive(from: EngineId, to: EngineId): void;
};

/** Which engine the console is connected to, and how it moves to another one. */
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

  /** Moves once the moves before have ended, whatever came of them. */
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
