import type { PullProgress } from '../engine/engine.ts';
import type { ImageFacts } from '../engine/facts.ts';
import { parseReference } from '../engine/parse/reference.ts';
import { bytes, plural } from '../lib/format.ts';
import type { Action, PlanObject, RunContext } from './action.ts';
import { step } from './call.ts';
import { refuse } from './targets.ts';
import { imageOf } from './update-facts.ts';

/** Between two reports of progress (ms). */
const EVERY_MS = 250;
const NAME = 'pull-image';

/** Pulls what the registry has under the name of an image. */
export const pullImage: Action<unknown, { now?: ImageFacts }> = {
  name: NAME,
  title: 'Pull',
  help: 'pull an image by its name; containers keep theirs until they are replaced',
  danger: 1,
  on: ['image'],
  key: { id: 'pull', keys: ['p'], hint: '', help: 'pull the image again' },
  prepare: async ({ engine, target, signal }) => ({ now: imageOf(target.id, await engine.images({ signal })) }),
  plan({ target, facts: { now } }) {
    const name = target.id;
    if (parseReference(name) === undefined)
      return refuse(NAME, name, 'it is not the name of an image', 'give it as REPOSITORY:TAG');
    const note = now ? `now ${shortId(now.id)}` : 'not on the engine';
    return {
      action: NAME,
      title: `Pull ${name}`,
      danger: 1,
      target,
      name,
      objects: [{ kind: 'image', id: `new:${name}`, name, note, fresh: true }],
      warnings: [],
      confirm: true,
    };
  },
  run: ({ objects }, context) => Promise.all(objects.map((object) => pulled(object, context))),
  async verify({ name, objects: [object] }, { engine, signal }) {
    const now = imageOf(name, await engine.images({ signal }));
    if (!now) return { ok: false, text: `${name} is not on the engine` };
    const same = object?.note.includes(shortId(now.id)) === true;
    return { ok: true, text: same ? `${name} is the newest there is` : `${name} is now ${shortId(now.id)}` };
  },
};

function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

function pulled(object: PlanObject, context: RunContext) {
  return step(object, 'pull', context, () => pullWithProgress(object.name, context));
}

/** Pulls an image through the engine, saying how far it is and how fast. A cancel stops it. */
export async function pullWithProgress(reference: string, context: RunContext): Promise<void> {
  const begun = context.now();
  let shownAt = Number.NEGATIVE_INFINITY;
  context.progress(`${reference}: asking the registry`);
  await context.engine.pullImage(
    reference,
    (progress) => {
      const now = context.now();
      if (now - shownAt < EVERY_MS) return;
      shownAt = now;
      context.progress(`${reference}: ${progressText(progress, now - begun)}`);
    },
    { signal: context.signal },
  );
}

/** "12.0MiB of 80.0MiB, 3 of 5 layers (4.2MiB/s)"; sizes become known as the layers begin. */
function progressText({ bytes: have, total, layers, done }: PullProgress, ms: number): string {
  const size = total === 0 ? '' : `${bytes(have)} of ${bytes(total)}, `;
  const rate = have === 0 || ms < 1000 ? '' : ` (${bytes((have * 1000) / ms)}/s)`;
  return `${size}${done} of ${plural(layers, 'layer')}${rate}`;
}
