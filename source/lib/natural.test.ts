import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareNames } from './natural.ts';

const collator = new Intl.Collator('en', { numeric: true });
/** Few different characters, so that names often begin alike. */
const name = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab019 _-:./'), maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...'abzAB\u00e9019-,_'), maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('0', '1'), minLength: 180, maxLength: 300 }),
);

it('sorts as the collator does', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect([a, b, Math.sign(compareNames(a, b))]).toEqual([a, b, Math.sign(collator.compare(a, b))]);
    }),
    { numRuns: 5000 },
  );
});

it('sorts numbers by value', () => {
  const names = ['web-10', 'web', 'web-9', 'api', 'web-09a', 'web_2'];
  expect(names.toSorted(compareNames)).toEqual(['api', 'web', 'web_2', 'web-9', 'web-09a', 'web-10']);
});
