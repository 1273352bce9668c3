import type { Engine } from '../engine/engine.ts';
import type { ImageFacts } from '../engine/facts.ts';
import type { Clock } from '../lib/clock.ts';
import { errorMessage } from '../lib/error.ts';
import { limiter } from '../lib/limit.ts';

/** An answer of a registry holds so long (ms): registries count the questions, and refuse who asks too often. */
const HOLDS_MS = 3_600_000;
/** Questions at the same time. */
const PARALLEL = 2;

type Asked = Pick<Engine, 'id' | 'registryDigest'>;
type Named = Pick<ImageFacts, 'tags' | 'digests'>;
/** What a registry has under a tag, and the sentence for it. */
type Answer = { has: 'newer' | 'same' | 'other' | 'unknown'; text: string };

/** What registries say of images, asked through the engine, each name at most once an hour and few at a time. */
export class RegistryCheck {
  readonly #clock: Clock;
  readonly #answers = new Map<string, { at: number; answer: Promise<Answer>; known?: Answer }>();
  readonly #slot = limiter(PARALLEL);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One line for each tag: newer, the same, or why it is not known. */
  async lines(engine: Asked, image: Named): Promise<string[]> {
    const answers = tagsOf(image).map((tag) => this.#ask(engine, tag, image).answer);
    return (await Promise.all(answers)).map(({ text }) => text);
  }

  /** One word for an image from what is known by now; what is not known yet is asked for. Empty: it has no name to ask for. */
  word(engine: Asked, image: Named): string {
    const all = tagsOf(image).map((tag) => this.#ask(engine, tag, image).known?.has ?? 'asking');
    if (all.length === 0) return '';
    if (all.includes('newer')) return 'newer';
    if (all.includes('asking')) return 'asking';
    return all.includes('same') ? 'newest' : 'unknown';
  }

  #ask(engine: Asked, tag: string, { digests }: Named) {
    const key = `${engine.id} ${tag} ${digests.join(' ')}`;
    const kept = this.#answers.get(key);
    if (kept && this.#clock.now() - kept.at < HOLDS_MS) return kept;
    const answer = this.#slot(() => engine.registryDigest(tag)).then(
      (digest) => compared(tag, digest, digests),
      (error: unknown): Answer => ({ has: 'unknown', text: `${tag}: not known: ${errorMessage(error)}` }),
    );
    const asked: { at: number; answer: Promise<Answer>; known?: Answer } = { at: this.#clock.now(), answer };
    this.#answers.set(key, asked);
    void answer.then((known) => {
      asked.known = known;
    });
    return asked;
  }
}

/** Names that only this program gave are in no registry. */
function tagsOf({ tags }: Named): string[] {
  return tags.filter((tag) => !tag.startsWith('deskhand-rollback/'));
}

function compared(tag: string, digest: string, digests: readonly string[]): Answer {
  if (digests.some((known) => known.endsWith(`@${digest}`))) return { has: 'same', text: `${tag}: up to date` };
  const short = digest.slice(0, 19);
  return digests.length === 0
    ? { has: 'other', text: `${tag}: built here; the registry has ${short}` }
    : { has: 'newer', text: `${tag}: the registry has a newer image, ${short}` };
}
