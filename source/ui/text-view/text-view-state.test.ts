import { describe, expect, it } from 'vitest';
import { initialTextView, textViewReducer } from './text-view-state.ts';

describe('a long text', () => {
  const lines = Array.from({ length: 50 }, (_, index) => (index % 20 === 5 ? 'needle' : 'hay'));

  it('jumps from match to match, wrapping around', () => {
    const found = textViewReducer(initialTextView, { type: 'search', text: 'needle', lines, page: 10 });
    expect(found.match).toBe(5);
    const next = textViewReducer(found, { type: 'next', by: 1, lines, page: 10 });
    expect(next).toMatchObject({ match: 25, top: 22 });
    expect(
      textViewReducer(textViewReducer(next, { type: 'next', by: 1, lines, page: 10 }), {
        type: 'next',
        by: 1,
        lines,
        page: 10,
      }).match,
    ).toBe(5);
    expect(textViewReducer(found, { type: 'search', text: 'nothing', lines, page: 10 }).match).toBeUndefined();
  });

  it('does not scroll past its ends', () => {
    const scroll = (by: number) => textViewReducer(initialTextView, { type: 'scroll', by, lines: 50, page: 10 }).top;
    expect([scroll(-5), scroll(7), scroll(500)]).toEqual([0, 7, 40]);
  });
});
