import { describe, expect, it } from 'vitest';
import { messages, parseExposition, samples } from '../../../test/builders/exposition.ts';

describe('OpenMetrics 1.0', () => {
  it('is recognised by its # EOF, whatever the header says, and has times in seconds', () => {
    const result = parseExposition('# TYPE foo counter\nfoo_total 17.0 1520879607.789\n# EOF\n', {
      contentType: 'text/plain',
    });
    expect(result.openMetrics).toBe(true);
    expect(samples(result)).toEqual(['foo_total 17 @1520879607789']);
    expect(parseExposition('a 1\n# EOFx\n').openMetrics).toBe(false);
    expect(parseExposition('# EOF').openMetrics).toBe(true);
  });

  it('reports a truncated answer if the header announced OpenMetrics', () => {
    const result = parseExposition('a 1\nb 2', { contentType: 'application/openmetrics-text; version=1.0.0' });
    expect(result.notes).toEqual(['the answer does not end in # EOF: it was cut off']);
    expect(samples(result)).toEqual(['a 1', 'b 2']);
  });

  it('finds the family of every suffix, doubled ones too', () => {
    const result = parseExposition(
      [
        '# TYPE nanoarb_orders_total counter',
        '# HELP nanoarb_orders_total Total orders.',
        'nanoarb_orders_total_total 31',
        '# TYPE foo counter',
        'foo_total{a="b"} 17.0',
        'foo_created{a="b"} 1520872607.123',
        '# TYPE lat_seconds histogram',
        '# UNIT lat_seconds seconds',
        'lat_seconds_sum 5',
        'lat_seconds_count 2',
        'lat_seconds_bucket{le="+Inf"} 2',
        'lat_seconds_bucket{le="1"} 1',
        '# TYPE gh gaugehistogram',
        'gh_bucket{le="+Inf"} 1',
        'gh_gcount 1',
        '# TYPE ii info',
        'ii_info{foo="bar"} 1',
        '# TYPE fizz_created gauge',
        'fizz_created 17.0',
        'alone_total 3',
        'alone_count 3',
        '# EOF',
      ].join('\n'),
    );
    expect(messages(result)).toEqual([]);
    expect(result.series.map((s) => `${s.family.name} ${s.part}${s.cumulative ? ' cumulative' : ''}`)).toEqual([
      'nanoarb_orders_total total cumulative',
      'foo total cumulative',
      'foo created',
      'lat_seconds sum cumulative',
      'lat_seconds count cumulative',
      'lat_seconds bucket cumulative',
      'lat_seconds bucket cumulative',
      'gh bucket',
      'gh count',
      'ii value',
      'fizz_created value',
      'alone_total value cumulative',
      'alone_count value',
    ]);
    expect(result.families.get('lat_seconds')?.unit).toBe('seconds');
    expect(result.families.get('nanoarb_orders_total')?.help).toBe('Total orders.');
    expect(result.series[5]?.bound).toBe(Number.POSITIVE_INFINITY);
  });

  it('interprets each sample by the metadata before it', () => {
    const result = parseExposition(
      [
        '# TYPE a gauge',
        'a 1',
        '# TYPE a counter',
        'a{x="1"} 1',
        '# TYPE h histogram',
        'h_count 1',
        '# HELP h_count Of its own.',
        'h_count{x="1"} 1',
      ].join('\n'),
    );
    expect(result.series.map((s) => `${s.family.name} ${s.part}${s.cumulative ? ' cumulative' : ''}`)).toEqual([
      'a value',
      'a value cumulative',
      'h count cumulative',
      'h_count value',
    ]);
  });

  it('ignores exemplars', () => {
    const result = parseExposition(
      [
        '# TYPE h histogram',
        'h_bucket{le="1"} 1 # {id="bucket-test",xx="yy"} 0.4 123.123',
        'h_count 1 # {"id.thing"="count-test"} 4',
        'c_total 17.0 1520879607.789 # {id="counter-test"} 5',
        '# EOF',
      ].join('\n'),
    );
    expect(messages(result)).toEqual([]);
    expect(samples(result)).toEqual(['h_bucket{le="1"} 1', 'h_count 1', 'c_total 17 @1520879607789']);
  });

  it('skips native histograms with a note and reads their classic buckets', () => {
    const result = parseExposition(
      '# TYPE h histogram\nh {count:5,sum:2,schema:0}\nh{a="b"} {count:5,sum:2}\nh_bucket{le="+Inf"} 5\n# EOF\n',
    );
    expect(samples(result)).toEqual(['h_bucket{le="+Inf"} 5']);
    expect(result.notes).toEqual(['2 native histogram samples were skipped']);
    expect(messages(result)).toEqual([]);
  });
});
