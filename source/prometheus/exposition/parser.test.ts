import { describe, expect, it } from 'vitest';
import { messages, parseExposition, samples } from '../../../test/builders/exposition.ts';
import { labelOf, seriesText } from './exposition.ts';
import { ExpositionParser } from './parser.ts';

describe('Prometheus text 0.0.4', () => {
  it('reads samples with blanks and commas wherever the text format allows them', () => {
    const result = parseExposition(
      [
        '# HELP go_gc_duration_seconds A summary of the GC invocation durations.',
        '# \tTYPE go_gc_duration_seconds summary',
        'go_gc_duration_seconds{quantile="0"} 4.9351e-05',
        'go_gc_duration_seconds{quantile="0.25",} 7.424100000000001e-05',
        'go_gc_duration_seconds{ quantile="0.9", a="b"} 8.3835e-05',
        'go_gc_duration_seconds { quantile = "1.0" a = "b" } 1',
        'go_gc_duration_seconds_count 99',
        'some:aggregate:rate5m{a_b="c"}\t1',
        '# Hrandom comment starting with prefix of HELP',
        '#',
        'go_goroutines 33  \t123123',
        'testmetric{label="\\"bar\\""} 1',
        '  indented{a="1"}2',
        'last 1',
      ].join('\n'),
    );
    expect(messages(result)).toEqual([]);
    expect(result.openMetrics).toBe(false);
    expect(samples(result)).toEqual([
      'go_gc_duration_seconds{quantile="0"} 0.000049351',
      'go_gc_duration_seconds{quantile="0.25"} 0.00007424100000000001',
      'go_gc_duration_seconds{a="b",quantile="0.9"} 0.000083835',
      'go_gc_duration_seconds{a="b",quantile="1.0"} 1',
      'go_gc_duration_seconds_count 99',
      'some:aggregate:rate5m{a_b="c"} 1',
      'go_goroutines 33 @123123',
      'testmetric{label="\\"bar\\""} 1',
      'indented{a="1"} 2',
      'last 1',
    ]);
    const family = result.families.get('go_gc_duration_seconds');
    expect(family).toEqual({
      name: 'go_gc_duration_seconds',
      type: 'summary',
      help: 'A summary of the GC invocation durations.',
      unit: '',
    });
    expect(result.series.map((series) => series.part).slice(0, 5)).toEqual([
      'quantile',
      'quantile',
      'quantile',
      'quantile',
      'count',
    ]);
  });

  it('reads quoted names with any UTF-8 characters, and escapes', () => {
    const result = parseExposition(
      [
        '# HELP "go.gc_duration_seconds" GC \\\\ and\\nnew line',
        '# TYPE "go.gc_duration_seconds" summary',
        '{"go.gc_duration_seconds",quantile="0.25",} 7',
        '{ "go.gc_duration_seconds", quantile = "1.0", a = "b" } 8',
        '{q="0.9","http.status",a="b"} 9',
        '{"Heizölrückstoßabdämpfung 10€ metric with \\"interesting\\" {character\\nchoices}","strange©™\\n\'quoted\' \\"name\\""="6"} 10.0',
        'path{p="C:\\\\dir\\t}"} 11',
      ].join('\n'),
    );
    expect(messages(result)).toEqual([]);
    expect(result.series.map(({ name }) => name)).toEqual([
      'go.gc_duration_seconds',
      'go.gc_duration_seconds',
      'http.status',
      'Heizölrückstoßabdämpfung 10€ metric with "interesting" {character\nchoices}',
      'path',
    ]);
    expect(result.series[3]?.labels).toEqual(['strange©™\n\'quoted\' "name"', '6']);
    expect(result.series[4]?.labels).toEqual(['p', 'C:\\dir\\t}']);
    expect(result.families.get('go.gc_duration_seconds')?.help).toBe('GC \\ and\nnew line');
  });

  it.each([
    ['1', 1],
    ['-0', -0],
    ['+3.', 3],
    ['.5', 0.5],
    ['1.7560473e+07', 17560473],
    ['9007199254740993', 9007199254740992],
    ['0.1', 0.1],
    ['123456789.123456789', Number('123456789.123456789')],
    ['1e-320', 1e-320],
    ['1e400', Number.POSITIVE_INFINITY],
    ['5E3', 5000],
    ['NaN', Number.NaN],
    ['nan', Number.NaN],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['Infinity', Number.POSITIVE_INFINITY],
  ])('reads the value %s', (text, value) => {
    const result = parseExposition(`a ${text}\n`);
    expect(messages(result)).toEqual([]);
    expect(result.values[0]).toBe(value);
  });

  it.each([
    ['a', 'a has no value'],
    ["a{b='c'} 1", 'the value of label b is not quoted'],
    ['a{b=', 'the value of label b is not quoted'],
    [Buffer.from('a{\xff="foo"} 1', 'latin1'), 'a label name is missing or has a character that needs quotes'],
    [Buffer.from('a{b="\xff"} 1', 'latin1'), 'not valid UTF-8'],
    ['{"a", "b = "c"}', ''],
    ['{"a",b\\nc="d"} 1', 'label b has no equals sign'],
    ['a true', '"true" is not a number'],
    ['empty_label_name{=""} 0', 'a label name is missing or has a character that needs quotes'],
    ['{A}0', 'label A has no equals sign'],
    ['foo 1_2', '"1_2" is not a number'],
    ['foo 0x1p-3', '"0x1p-3" is not a number'],
    ['foo 0 1_2', '"1_2" is not a timestamp'],
    ['foo 1 1 1', 'there is more after its timestamp'],
    ['foo 1 NaN', '"NaN" is not a timestamp'],
    ['{a="ok"} 1', 'the metric name is missing'],
    ['a{"b"} 1', 'it has two metric names, a and b'],
    ['a{,b="c"} 1', 'a label name is missing or has a character that needs quotes'],
    ['a{b="c"d="e"} 1', 'a comma or a closing brace is missing between labels'],
    ['a{b="c",,d="e"} 1', 'a label name is missing or has a character that needs quotes'],
    ['a{b="c",b="d"} 1', 'label b is there twice'],
    ['9 1', 'it does not begin with a metric name'],
    ['# TYPE #', 'the metric name after TYPE is missing'],
    ['# HELP', 'the metric name after HELP is missing'],
    ['# TYPE m banana', '"banana" is not a metric type'],
    ['ok 7', 'ok is there twice'],
  ])('reports %j with its line and keeps the lines around it', (broken, message) => {
    const body = Buffer.concat([Buffer.from('ok 1\n'), Buffer.from(broken), Buffer.from('\nalso_ok 2\n')]);
    const result = parseExposition(body);
    expect(samples(result)).toEqual(['ok 1', 'also_ok 2']);
    expect(result.errorCount).toBe(1);
    expect(result.errors[0]).toEqual({ line: 2, message: message || expect.any(String) });
  });

  it('treats an empty label value as no label, and ignores the order of labels', () => {
    const parser = new ExpositionParser();
    const [first] = parser.parse('a{x="1",y="2",z=""} 1\n').series;
    const [second] = parser.parse('a{y="2",x="1"} 1\n').series;
    expect(first?.labels).toEqual(['x', '1', 'y', '2']);
    expect(second).toBe(first);
    expect(messages(parser.parse('a{y="2",x="1"} 1\na{x="1",y="2"} 2\n'))).toEqual([
      '2: a{x="1",y="2"} is there twice',
    ]);
  });

  it('recognises different spellings of a series within one scrape', () => {
    const result = parseExposition('a{x="1",y="2"} 1\na{y="2",x="1"} 2\n{"a",x="1",y="2",} 3\nb 1\nb{} 2\n');
    expect(messages(result)).toEqual([
      '2: a{x="1",y="2"} is there twice',
      '3: a{x="1",y="2"} is there twice',
      '5: b is there twice',
    ]);
    expect(messages(parseExposition('a{x="\\\\q"} 1\na{x="\\q"} 2\n'))).toEqual(['2: a{x="\\\\q"} is there twice']);
  });

  it('does not let a broken line affect its neighbours', () => {
    const result = parseExposition('a{x="1",y="2"} 1\na{y="2",x=3} 1\na{y="2",x="3"} 1\na 1\na{y="2"\n');
    expect(samples(result)).toEqual(['a{x="1",y="2"} 1', 'a{x="3",y="2"} 1', 'a 1']);
    expect(messages(result)).toEqual([
      '2: the value of label x is not quoted',
      '5: a comma or a closing brace is missing between labels',
    ]);
  });

  it('reads line ends of every kind', () => {
    expect(samples(parseExposition('# TYPE a counter\r\na 1\r\n\r\nb 2 5\r\nc 3'))).toEqual(['a 1', 'b 2 @5', 'c 3']);
  });
});

describe('scrape after scrape', () => {
  const first = '# TYPE a counter\na_total{x="1"} 1\na_total{x="2"} 2\nb 3\n# EOF\n';

  it('keeps the same series objects, whatever lines were added, removed or moved', () => {
    const parser = new ExpositionParser();
    const before = parser.parse(first);
    const after = parser.parse('b 30\n# TYPE a counter\na_total{x="0"} 0\na_total{x="2"} 20\n# EOF\n');
    expect(samples(after)).toEqual(['b 30', 'a_total{x="0"} 0', 'a_total{x="2"} 20']);
    expect(after.series[0]).toBe(before.series[2]);
    expect(after.series[2]).toBe(before.series[1]);
    expect(samples(before)).toEqual(['a_total{x="1"} 1', 'a_total{x="2"} 2', 'b 3']);
  });

  it('does not mistake a longer name for a known shorter one', () => {
    const parser = new ExpositionParser();
    parser.parse('a 1\n');
    expect(samples(parser.parse('ab 2\n'))).toEqual(['ab 2']);
    parser.parse('a 1\n');
    expect(samples(parser.parse('a {x="1"} 3\n'))).toEqual(['a{x="1"} 3']);
    expect(samples(parser.parse('a 4 5\n'))).toEqual(['a 4 @5']);
  });

  it('corrects the type of a family when the program changes it', () => {
    const parser = new ExpositionParser();
    const body = (type: string) => `# TYPE a ${type}\na 1\n`;
    const { series } = parser.parse(body('gauge'));
    parser.parse(body('counter'));
    parser.parse(body('gauge'));
    expect(series[0]?.family.type).toBe('gauge');
  });

  it('forgets series that are gone', () => {
    const parser = new ExpositionParser();
    const here = 'kept{a="1",b="2"} 1\n';
    const [kept] = parser.parse(here).series;
    for (let round = 0; round < 8; round += 1) {
      const lines = Array.from({ length: 900 }, (_, index) => `gone_${round}_${index}{x="${index}"} 1\n`).join('');
      const { series, errorCount } = parser.parse(`${here}${lines}${here}${lines}`);
      expect(series[0]).toBe(kept);
      expect(errorCount).toBe(901);
    }
    const [back] = parser.parse(`gone_0_0{x="0"} 1\n${here}`).series;
    expect(back && seriesText(back)).toBe('gone_0_0{x="0"}');
  });
});

describe('limits', () => {
  it('cuts a body at the end of a line and says so', () => {
    const result = parseExposition('aaaa 1\nbbbb 2\ncccc 3\n', { limits: { bytes: 16 } });
    expect(samples(result)).toEqual(['aaaa 1', 'bbbb 2']);
    expect(result.notes).toEqual(['longer than 16 bytes: the rest was left out']);
  });

  it('stops at the limits on series and on time', () => {
    const body = Array.from({ length: 10_000 }, (_, index) => `m${index} 1\n`).join('');
    const some = parseExposition(body, { limits: { series: 100 } });
    expect(some.series).toHaveLength(100);
    expect(some.notes).toEqual(['more than 100 series: the rest was left out']);
    let now = 0;
    const slow = new ExpositionParser({ ms: 10 }).parse(body, { now: () => (now += 20) });
    expect(slow.series.length).toBeLessThan(10_000);
    expect(slow.notes).toEqual(['parsing took longer than 10 ms: the rest was left out']);
  });

  it('counts all errors, keeps the first ones, and rejects endless lines', () => {
    const result = parseExposition(`${'broken\n'.repeat(1000)}a{b="${'x'.repeat(100_000)}"} 1\nfine 1\n`);
    expect(result.errorCount).toBe(1001);
    expect(result.errors).toHaveLength(20);
    expect(samples(result)).toEqual(['fine 1']);
  });

  it('accepts lines of exactly the maximum length anywhere', () => {
    const line = (name: string, length: number) => `${name}{b="${'x'.repeat(length - name.length - 8)}"} 1`;
    const body = [line('a', 50), line('b', 30), line('c', 51), line('d', 50), '', line('e', 400), line('f', 50)].join(
      '\n',
    );
    const result = parseExposition(body, { limits: { line: 50 } });
    expect(result.series.map(({ name }) => name)).toEqual(['a', 'b', 'd', 'f']);
    expect(messages(result)).toEqual(['3: longer than 50 bytes', '6: longer than 50 bytes']);
  });

  it('never throws, whatever the bytes', () => {
    let seed = 42;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    const valid = Buffer.from(
      '# TYPE a histogram\na_bucket{le="1",x="y\\n"} 1 2 # {id="1"} 3 4\n{"q",b="c"} NaN\n# EOF\n',
    );
    const parser = new ExpositionParser();
    for (let round = 0; round < 2000; round += 1) {
      const body = round % 2 === 0 ? Buffer.from(valid) : Buffer.alloc(random(200));
      for (let change = 0; change < (round % 2 === 0 ? 3 : body.length); change += 1)
        body[random(body.length)] = random(256);
      const result = parser.parse(body);
      expect(result.values).toHaveLength(result.series.length);
    }
  });
});

it('reads a label by its name', () => {
  const [series] = parseExposition('a{b="1",c="2"} 1').series;
  expect(series && labelOf(series, 'c')).toBe('2');
  expect(series && labelOf(series, 'd')).toBeUndefined();
});
