import type { ImageFacts, ImageLayer } from '../../engine/facts.ts';
import { age, bytes } from '../../lib/format.ts';
import { maskText } from '../../lib/secrets.ts';
import { safe } from '../../lib/text.ts';
import type { TextLine } from '../../ui/text-view/TextView.tsx';

type ImageLayers = { layers: readonly ImageLayer[]; registry?: readonly string[] };

/** An image: its names, what registries say, and its build steps, newest first; secrets in them masked. */
export function layerLines(image: ImageFacts, { layers, registry }: ImageLayers, now: number): TextLine[] {
  const label = (name: string, value: string): TextLine => ({ text: name.padEnd(10) + safe(value), label: 10 });
  return [
    label('Id', image.id),
    ...image.tags.map((tag) => label('Tag', tag)),
    ...image.digests.map((digest) => label('Digest', digest)),
    label('Size', bytes(image.size)),
    ...(registry ?? []).map((line) => label('Registry', line)),
    ...(registry === undefined ? [label('Registry', 'not asked (setting images.registry)')] : []),
    { text: '' },
    { text: '    SIZE    AGE  STEP', tone: 'title' },
    ...layers.map(({ size, created, createdBy }) => ({
      text: safe(`${bytes(size).padStart(8)} ${age(now - created).padStart(6)}  ${maskText(step(createdBy))}`),
    })),
  ];
}

/** As it stands in the Dockerfile, without the shell around it. */
function step(createdBy: string): string {
  const text = createdBy.replace(/\s+/g, ' ').trim();
  if (/^\/bin\/sh -c #\(nop\)/.test(text)) return text.replace(/^\/bin\/sh -c #\(nop\)\s*/, '');
  return text.replace(/^\/bin\/sh -c /, 'RUN ').replace(/ # buildkit$/, '') || '(unknown step)';
}
