import { describe, expect, it } from 'vitest';
import { isQuery, type LogQuery, parseLogQuery } from './query.ts';

function query(typed: string): LogQuery {
  const parsed = parseLogQuery(typed);
  if (!parsed || 'error' in parsed) throw new Error(`no query: ${typed}`);
  return parsed;
}

const JSON_LINE =
  '{"level":"error","msg":"order rejected","symbol":"ESH24","latency_us":812.5,"orderId":9007199254740993,"http":{"status":503}}';
const LOGFMT = 'time=2026-01-15T09:15:02Z level=warn msg="slow answer" symbol=NQH24 took=1.2s size=64KiB err=nil';
const PLAIN = '2025-12-06T10:15:30.123456Z  INFO nanoarb: Tick 100 | Orders: 31 | Fills: 25 | Pos: -3 | P&L: $1,312.50';
const ACCESS = '10.0.0.7 - - [28/Nov/2026:15:02:03 +0000] "GET /orders?limit=5 HTTP/1.1" 502 157 "-" "curl/8"';

/** [query, lines that it leaves of the four]. */
const LEFT: readonly (readonly [string, readonly string[]])[] = [
  ['level>=error', [JSON_LINE]],
  ['level>=warn', [JSON_LINE, LOGFMT]],
  ['level<error', [LOGFMT, PLAIN]],
  ['level=info,warn', [LOGFMT, PLAIN]],
  ['level!=info', [JSON_LINE, LOGFMT, ACCESS]],
  ['symbol=ESH24', [JSON_LINE]],
  ['symbol=esh24,NQH24', [JSON_LINE, LOGFMT]],
  ['symbol=*H24', [JSON_LINE, LOGFMT]],
  ['symbol!=ESH24', [LOGFMT, PLAIN, ACCESS]],
  ['!symbol=ESH24', [LOGFMT, PLAIN, ACCESS]],
  ['symbol~^(ES|CL)', [JSON_LINE]],
  ['symbol!~^ES', [LOGFMT, PLAIN, ACCESS]],
  ['latency_us>500', [JSON_LINE]],
  ['latency_us>500us', [JSON_LINE]],
  ['latency_us>0.8ms', [JSON_LINE]],
  ['latency_us>1ms', []],
  ['took>=1200ms', [LOGFMT]],
  ['took<1s', []],
  ['size>65kB', [LOGFMT]],
  ['size>66kB', []],
  ['orderId=9007199254740993', [JSON_LINE]],
  ['orderId>9007199254740992', [JSON_LINE]],
  ['orderId=9007199254740992', []],
  ['http.status>=500', [JSON_LINE]],
  ['status>=500', [JSON_LINE, ACCESS]],
  ['status>=500 method=GET path~^/orders', [ACCESS]],
  ['bytes<200', [ACCESS]],
  ['msg="order rejected"', [JSON_LINE]],
  ['msg="slow answer" level>=warn', [LOGFMT]],
  ['Orders>30 Pos<0', [PLAIN]],
  ['time>=2026-01-01', [LOGFMT]],
  ['level>=info rejected|Tick', [JSON_LINE, PLAIN]],
  ['level>=info !nanoarb', [JSON_LINE, LOGFMT]],
  ['level>=info "order rejected"', [JSON_LINE]],
  ['nothing=1', []],
];

describe('a query on fields', () => {
  it.each(LEFT)('%s', (typed, left) => {
    expect([JSON_LINE, LOGFMT, PLAIN, ACCESS].filter((line) => query(typed).test(line))).toEqual(left);
  });

  it('queries the container that wrote a line', () => {
    expect(query('service=engine-*').test('a line', 'engine-2')).toBe(true);
    expect(query('service=engine-*').test('a line', 'redis')).toBe(false);
  });

  it('does not read expressions as queries', () => {
    for (const typed of [
      'pnl=\\d+',
      'order=(1|2)',
      'a=>b',
      'x==y',
      'a=.*b',
      '!health',
      'x->y',
      'a =b',
      'q: 5',
      '=',
      '>5',
    ])
      expect(isQuery(typed), typed).toBe(false);
    for (const typed of ['a=b', 'level>=error', 'timeout level>=error', 'a="x (y)"', 'a~(x|y)'])
      expect(isQuery(typed), typed).toBe(true);
  });

  it('reports invalid queries', () => {
    expect(parseLogQuery('level>=wran')).toEqual({
      error: 'wran is not a level: trace, debug, info, warn, error, fatal. Did you mean warn?',
    });
    expect(parseLogQuery('a=1 b~(')).toEqual({ error: 'b~(: Unterminated group' });
    expect(parseLogQuery('level~x')).toHaveProperty('error');
    expect(parseLogQuery(' ')).toBeUndefined();
  });
});
