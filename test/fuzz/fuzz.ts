import fc from 'fast-check';
import { expect, it } from 'vitest';

/**
 * Property tests over hostile input. `npm test` tries a few hundred inputs of each; `npm run fuzz` a hundred thousand. The seed
 * is printed, and DESKHAND_FUZZ_SEED repeats a run.
 */
const RUNS = Number(process.env.DESKHAND_FUZZ ?? 0);
const SEED = Number(process.env.DESKHAND_FUZZ_SEED ?? Date.now() % 2 ** 31);

/** Processor time (ms) that one input may take: longer, and a key would wait for it. */
const PATIENCE_MS = 50;

/** Tries `check` on inputs; `usual` of them in every test run, each for `patience` ms of the processor at most. It fails for what throws, and for what takes too long again and again. */
export function fuzz<Input>(
  name: string,
  usual: number,
  inputs: fc.Arbitrary<Input>,
  check: (input: Input) => void,
  patience = PATIENCE_MS,
): void {
  const runs = RUNS > 0 ? RUNS : usual;
  it(`${name} (${runs} inputs, seed ${SEED})`, { timeout: 3_600_000 }, () => {
    process.stdout.write(`fuzz: ${name}: ${runs} inputs, seed ${SEED}\n`);
    fc.assert(
      fc.property(inputs, (input) => {
        if (timed(check, input) <= patience) return;
        // Once may be the collector of garbage, or a machine that is too busy.
        const again = Math.min(timed(check, input), timed(check, input), timed(check, input));
        expect(again, `ms for ${JSON.stringify(input)?.slice(0, 200)}`).toBeLessThanOrEqual(patience);
      }),
      { numRuns: runs, seed: SEED, endOnFailure: true },
    );
  });
}

function timed<Input>(check: (input: Input) => void, input: Input): number {
  const before = process.threadCpuUsage();
  check(input);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Pieces that readers of text stumble over. */
const PIECES = [
  '\u001b]',
  '\u001b[',
  '\u001b]8;;http://x\u0007',
  '\u001bP',
  '\u009d',
  '\u0090',
  '\u009b31m',
  '\u001b[31m',
  '\u001b[0m',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufe0f',
  '\u0301',
  '\u00ad',
  '\ud83d',
  '\ude00',
  '👩‍👩‍👧',
  '日本',
  'e\u0301',
  '\r',
  '\n',
  '\t',
  '\u0000',
  '\u0007',
  '\u0085',
  '"',
  "'",
  '\\',
  '\\"',
  '{"',
  '":',
  '[',
  ']',
  '{',
  '}',
  'eyJ',
  'eyJ-',
  'a="',
  'a=',
  'level=info ',
  'password=',
  'Bearer ',
  'postgres://u:',
  'a://b:',
  '-----BEGIN RSA PRIVATE KEY-----',
  'authorization: ',
  '2026-01-15T09:15:02.123Z ',
  ' ERROR ',
  'a',
  'aaaaaaaa',
  '0',
  '-',
  '.',
  ' ',
  ':',
  '/',
  '@',
  '%',
  '$(',
  '`',
  '&&',
  '|',
];

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.stringMatching(/^[\w.@:/=-]{1,12}$/) },
);

const short = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

/** One or two pieces over and over, up to the longest line that is kept: what takes more than its length in time shows here. */
const long = fc
  .tuple(piece, piece, piece, fc.integer({ min: 1000, max: 65_536 }))
  .map(
    ([head, again, tail, size]) =>
      head + again.repeat(Math.ceil(size / Math.max(1, again.length))).slice(0, size) + tail,
  );

/** Text as hostile as it gets, mostly short, sometimes 64 kB. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 60, arbitrary: short },
  { weight: 1, arbitrary: long },
);

/** JSON with hostile keys and values, sometimes deep. */
export const hostileJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -1, 1e308, Number.NaN, ''),
    fc.double(),
    hostileText,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(short, tie('value'), { maxKeys: 5 }),
  ),
})).value;

const replacement = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    true,
    -1,
    1e300,
    '',
    [],
    {},
    [null],
    '0001-01-01T00:00:00Z',
    '+275760-09-13T00:00:00.001Z',
    'x',
  ),
  fc.double(),
  hostileText,
);

/** A value with some of its parts replaced by others, of any type: what a broken proxy or a hostile engine makes of it. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(value);
  return fc
    .array(fc.tuple(fc.nat(places.length - 1), replacement), { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce<unknown>((made, [at, other]) => replaced(made, places[at] ?? [], other), value));
}

type Path = readonly (string | number)[];

function placesIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, one]) => placesIn(one, [...at, Array.isArray(value) ? Number(key) : key])),
  ];
}

function replaced(value: unknown, [first, ...rest]: Path, other: unknown): unknown {
  if (first === undefined) return other;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value) && !(Number(first) < value.length)) return value;
  if (Array.isArray(value))
    return value.with(Number(first) % Math.max(1, value.length), replaced(value[Number(first)], rest, other));
  return { ...value, [first]: replaced((value as Record<string, unknown>)[first], rest, other) };
}

/** What must not stand in anything that is shown: controls, sequences but SGR, directions, lone halves of characters. */
const UNSHOWABLE =
  /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\u001b(?!\[[0-9;:]*m)|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export function showable(text: string): void {
  const found = UNSHOWABLE.exec(text);
  if (found)
    throw new Error(
      `${JSON.stringify(found[0])} in ${JSON.stringify(text.slice(Math.max(0, found.index - 40), found.index + 10))}`,
    );
}
