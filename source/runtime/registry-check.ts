import type { Engine } from '../engine/engine.ts';
import type { ImageFacts } from '../engine/facts.ts';
import type { Clock } from '../lib/clock.ts';
import { errorMessage } from '../lib/error.ts';

/** An answer of a registry holds so long (ms): registries count the questions, and refuse who asks too often. */
const HOLDS_MS = 3_600_000;

/** What registries say of images, asked through the engine, each name at most once an hour. */
export class RegistryCheck {
  readonly #clock: Clock;
  readonly #answers = new Map<string, { at: number; text: Promise<string> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One line for each tag: newer, the same, or why it is not known. */
  async lines(
    engine: Pick<Engine, 'id' | 'registryDigest'>,
    image: Pick<ImageFacts, 'tags' | 'digests'>,
  ): Promise<string[]> {
    const tags = image.tags.filter((tag) => !tag.startsWith('deskhand-rollback/'));
    return Promise.all(tags.map((tag) => this.#ask(engine, tag, image)));
  }

  #ask(
    engine: Pick<Engine, 'id' | 'registryDigest'>,
    tag: string,
    { digests }: Pick<ImageFacts, 'digests'>,
  ): Promise<string> {
    const key = `${engine.id} ${tag} ${digests.join(' ')}`;
    const known = this.#answers.get(key);
    if (known && this.#clock.now() - known.at < HOLDS_MS) return known.text;
    const text = engine.registryDigest(tag).then(
      (digest) => compared(tag, digest, digests),
      (error: unknown) => `${tag}: not known: ${errorMessage(error)}`,
    );
    this.#answers.set(key, { at: this.#clock.now(), text });
    return text;
  }
}

function compared(tag: string, digest: string, digests: readonly string[]): string {
  if (digests.some((known) => known.endsWith(`@${digest}`))) return `${tag}: the newest there is`;
  if (digests.length === 0) return `${tag}: built here; the registry has ${digest.slice(0, 19)}`;
  return `${tag}: the registry has a newer image, ${digest.slice(0, 19)}`;
}
