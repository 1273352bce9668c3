import { describe, expect, it } from 'vitest';
import { parseExposition } from '../../../test/builders/exposition.ts';
import { type Exposition, type Series, seriesText } from './exposition.ts';
import { ExpositionParser } from './parser.ts';

/** Random expositions, written in every way the formats allow, of which it is known what they say. */

type Sample = { name: string; labels: Readonly<Record<string, string>>; value: number; time: number | undefined };
/** A line without a sample is broken or says nothing. */
type Line = { text: string; sample?: Sample; isBroken?: boolean };

const NAMES = ['a', 'ab', 'a:b', 'a_total', 'lat_bucket', 'lat_sum', 'heiz.öl'];
const LABELS = ['x', 'xy', 'y', 'le', '_z', 'http.status', 'größe'];
const VALUES = ['', '1', '2', '12', '+Inf', 'a"b', 'back\\slash', 'new\nline', 'n\\n', 'é€', '{', '}', ',', '=', '#'];
/** Among the labels of a line, each breaks it. */
const SPOILERS = ['x', 'x=1', 'x="', 'x="1",x=""', '"b","c"', ',', '9="1"', 'x="1"y="2"'];
const OTHERS = ['', '\r', ' ', '#', '# TYPE a counter', '# TYPE lat histogram', '# HELP a "quoted" \\\\ text'];

function dice(seed: number) {
  let state = seed;
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  return { below, one, maybe: (text: string) => (below(4) === 0 ? text : '') };
}
type Dice = ReturnType<typeof dice>;

/** Like the one before but for some labels. */
function nextSample({ below, one }: Dice, before: Sample | undefined): Sample {
  const labels = { ...(below(5) === 0 ? {} : before?.labels) };
  for (let changes = below(3); changes >= 0; changes -= 1) labels[one(LABELS)] = one(VALUES);
  if (below(4) === 0) delete labels[one(LABELS)];
  const name = before && below(4) > 0 ? before.name : one(NAMES);
  return { name, labels, value: below(1000) / 4, time: below(5) === 0 ? below(1e6) : undefined };
}

function quoted(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`;
}

/** `spoiler` goes among the labels. */
function written({ name, labels, value, time }: Sample, { below, maybe }: Dice, spoiler = ''): string {
  const isPlain = /^[\w:]+$/.test(name) && below(8) > 0;
  const pairs = Object.entries(labels)
    .map(([label, text]) => `${/^\w+$/.test(label) ? label : quoted(label)}${maybe(' ')}=${maybe(' ')}${quoted(text)}`)
    .sort(() => (below(3) === 0 ? below(3) - 1 : 0));
  const inside = [...(isPlain ? [] : [quoted(name)]), ...pairs, ...(spoiler ? [spoiler] : [])];
  const comma = inside.length > 0 && spoiler === '' ? maybe(',') : '';
  const braces =
    inside.length > 0 ? `{${maybe(' ')}${inside.join(`${maybe(' ')},${maybe('\t')}`)}${comma}${maybe(' ')}}` : '';
  return `${maybe(' ')}${isPlain ? name + maybe(' ') : ''}${braces} ${value}${time === undefined ? '' : ` ${time}`}`;
}

function seriesOf({ name, labels }: Sample): string {
  const present = Object.entries(labels).filter(([, text]) => text !== '');
  return seriesText({ name, labels: present.sort(([a], [b]) => (a < b ? -1 : 1)).flat() });
}

/** Most lines are like the one before, as real ones are. */
function nextLine(random: Dice, before: Sample | undefined): Line {
  const { below, one } = random;
  const sample = nextSample(random, before);
  switch (below(12)) {
    case 0:
      return { text: one(OTHERS) };
    case 1:
      return { text: written(sample, random, one(SPOILERS)), isBroken: true };
    case 2:
      return { text: written(sample, random).replace(/\S+$/, '1_2'), isBroken: true };
    default:
      return { text: written(sample, random), sample };
  }
}

/** The lines of the scrape before with some taken out, moved, put in, written in another way or with another value. */
function nextScrape(random: Dice, before: readonly Line[]): Line[] {
  const { below, one } = random;
  const lines = below(6) === 0 ? [] : before.filter(() => below(10) > 0);
  for (let changes = below(12); changes > 0; changes -= 1) {
    const at = below(lines.length + 1);
    const old = lines[at];
    const change = below(3);
    if (old?.sample === undefined || change === 0) lines.splice(at, 0, nextLine(random, lines[at - 1]?.sample));
    else if (change === 1) lines.splice(at, 1, one(lines));
    else {
      const sample = { ...old.sample, value: below(1000) / 4 };
      lines[at] = { sample, text: written(sample, random) };
    }
  }
  return lines;
}

/** Samples in order, and the numbers of the lines that are broken or tell a series again. */
function saying(lines: readonly Line[]): { samples: string[]; broken: number[] } {
  const seen = new Map<string, string>();
  const broken: number[] = [];
  for (const [index, { sample, isBroken }] of lines.entries()) {
    const series = sample && seriesOf(sample);
    if (isBroken || (series !== undefined && seen.has(series))) broken.push(index + 1);
    else if (sample && series) seen.set(series, `${series} ${sample.value} ${sample.time ?? ''}`);
  }
  return { samples: [...seen.values()], broken };
}

function said({ series, values, timestamps, errors }: Exposition): ReturnType<typeof saying> {
  const samples = series.map((one, index) => {
    const time = timestamps?.[index] ?? Number.NaN;
    return `${seriesText(one)} ${values[index]} ${Number.isNaN(time) ? '' : time}`;
  });
  return { samples, broken: errors.map(({ line }) => line) };
}

const bodyOf = (lines: readonly Line[]) => lines.map(({ text }) => `${text}\n`).join('');
const limits = { errors: 1000 };

describe('random expositions in all spellings', () => {
  it('are read as written in the first scrape', () => {
    const random = dice(11);
    for (let round = 0; round < 1500; round += 1) {
      const lines: Line[] = [];
      for (let count = random.below(30); count >= 0; count -= 1) lines.push(nextLine(random, lines.at(-1)?.sample));
      expect(said(parseExposition(bodyOf(lines), { limits })), bodyOf(lines)).toEqual(saying(lines));
    }
  });

  it('are read the same in every scrape, with the same series', () => {
    const random = dice(12);
    for (let endpoint = 0; endpoint < 40; endpoint += 1) {
      const parser = new ExpositionParser(limits);
      const known = new Map<string, Series>();
      let lines: Line[] = [];
      for (let scrape = 0; scrape < 30; scrape += 1) {
        lines = nextScrape(random, lines);
        const result = parser.parse(bodyOf(lines));
        expect(said(result), bodyOf(lines)).toEqual(saying(lines));
        for (const series of result.series) {
          expect(known.get(seriesText(series)) ?? series).toBe(series);
          known.set(seriesText(series), series);
        }
      }
    }
  });
});
