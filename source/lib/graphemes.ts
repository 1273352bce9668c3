import { atFirstUse } from './memoize.ts';

const segmenter = atFirstUse(() => new Intl.Segmenter(undefined, { granularity: 'grapheme' }));

/** The characters of a text as people see them. */
export function graphemesOf(text: string): Intl.Segments {
  return segmenter().segment(text);
}
