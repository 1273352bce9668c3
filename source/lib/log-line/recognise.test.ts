import { describe, expect, it } from 'vitest';
import { plainText } from '../../logs/spans.ts';
import { recognise } from './recognise.ts';

const of = (text: string) => {
  const { format, level, message } = recognise(plainText(text));
  return { format, level, message };
};

describe('recognise, on lines of the five stacks', () => {
  it.each([
    [
      '\u001b[2m2025-12-06T10:15:30.123456Z\u001b[0m \u001b[32m INFO\u001b[0m \u001b[2mnanoarb\u001b[0m\u001b[2m:\u001b[0m Tick 100 | Orders: 31 | Fills: 25 | Pos: 3 | P&L: $312.50',
      'text',
      'info',
      'Tick 100 | Orders: 31 | Fills: 25 | Pos: 3 | P&L: $312.50',
    ],
    ['[2026-01-15 09:15:02,123] INFO in place_order: Order placed', 'text', 'info', 'Order placed'],
    ['[2026-01-15 09:15:02 +0530] [7] [WARNING] Worker timeout', 'text', 'warn', 'Worker timeout'],
    ['2026-01-15 09:15:02,123 - broker.angel - ERROR - token expired', 'text', 'error', 'token expired'],
    [
      'INFO:     127.0.0.1:5000 - "GET /health HTTP/1.1" 200 OK',
      'text',
      'info',
      '127.0.0.1:5000 - "GET /health HTTP/1.1" 200 OK',
    ],
    [
      '2026-01-15 09:15:02.123 UTC [27] FATAL:  password authentication failed',
      'text',
      'fatal',
      'password authentication failed',
    ],
    ['2026-01-15 09:15:02.123 UTC [1] LOG:  database system is ready', 'text', 'info', 'database system is ready'],
    [
      '1:M 15 Jan 2026 09:15:02.123 # WARNING Memory overcommit must be enabled',
      'text',
      'warn',
      'WARNING Memory overcommit must be enabled',
    ],
    [
      'ts=2026-01-15T09:15:02.123Z caller=main.go:5 level=error msg="Error on ingesting" err="no \\"x\\""',
      'logfmt',
      'error',
      'Error on ingesting',
    ],
    ['✅ Price poller connected', 'text', undefined, '✅ Price poller connected'],
    ['❌ Redis connection lost', 'text', 'error', '❌ Redis connection lost'],
    ["Error: P1001: Can't reach database server", 'text', 'error', "P1001: Can't reach database server"],
  ])('%s', (text, format, level, message) => {
    expect(of(text)).toEqual({ format, level, message });
  });
});

describe('recognise, on other programs', () => {
  it.each([
    ['{"level":30,"time":1768468502123,"pid":7,"msg":"listening"}', 'json', 'info', 'listening'],
    ['{"level":"error","ts":1768468502.1,"caller":"a.go:1","msg":"boom","stacktrace":"x"}', 'json', 'error', 'boom'],
    ['{"event":"order filled","level":"warning","timestamp":"2026-01-15T09:15:02Z"}', 'json', 'warn', 'order filled'],
    ['{"t":{"$date":"2026-01-15T09:15:02Z"},"s":"W","c":"NETWORK","msg":"slow"}', 'json', 'warn', 'slow'],
    ['{"timestamp":"x","level":"WARN","fields":{"message":"slow","ms":7},"target":"n"}', 'json', 'warn', 'slow'],
    ['{"level":"info","msg":"m","fields":{"message":"other"}}', 'json', 'info', 'm'],
    ['2026-01-15 09:15:02.123 [main] ERROR com.example.Foo - no route', 'text', 'error', 'no route'],
    ['2026-01-15 09:15:02.123  WARN 1 --- [nio-8080-exec-1] o.s.web : slow', 'text', 'warn', 'slow'],
    ['09:15:02.123 [pool-1] DEBUG c.e.Bar - tick', 'text', 'debug', 'tick'],
    ['[ERROR] disk full', 'text', 'error', 'disk full'],
    ["thread 'main' panicked at src/main.rs:5", 'text', 'error', "thread 'main' panicked at src/main.rs:5"],
    ['azure:orders:error order rejected', 'text', 'error', 'order rejected'],
    ['[Shop Error] order rejected', 'text', 'error', 'order rejected'],
    ['[No Error] order filled', 'text', undefined, 'order filled'],
    ['(process:7): Shop-CRITICAL **: 09:15:02.379: order rejected', 'text', 'fatal', 'order rejected'],
    ['dnsmasq: bad option at line 1 of /etc/x', 'text', 'error', 'dnsmasq: bad option at line 1 of /etc/x'],
    ['Repository /srv/a does not exist.', 'text', 'error', 'Repository /srv/a does not exist.'],
    [
      "[system] config '/x' (workdir '/'): No such file or directory",
      'text',
      'error',
      "config '/x' (workdir '/'): No such file or directory",
    ],
    ['umount: /srv: no mount point specified.', 'text', 'error', 'umount: /srv: no mount point specified.'],
    [
      "{ time: 1768468502123, level: 50, msg: 'order rejected' }",
      'text',
      'error',
      "{ time: 1768468502123, level: 50, msg: 'order rejected' }",
    ],
    ['just words about no error at all', 'text', undefined, 'just words about no error at all'],
    ['{ not json }', 'text', undefined, '{ not json }'],
    ['', 'text', undefined, ''],
  ])('%s', (text, format, level, message) => {
    expect(of(text)).toEqual({ format, level, message });
  });

  it('gives the fields of JSON and logfmt in addition to time, level and message', () => {
    expect(recognise('{"level":20,"time":1768468502123,"msg":"m","order":{"id":7},"ok":true}').fields).toEqual([
      ['order', '{"id":7}'],
      ['ok', 'true'],
    ]);
    expect(recognise('{"level":"WARN","fields":{"message":"slow","ms":7},"target":"n"}').fields).toEqual([
      ['ms', '7'],
      ['target', 'n'],
    ]);
    expect(recognise('level=info msg="a b" component=tsdb n=3').fields).toEqual([
      ['component', 'tsdb'],
      ['n', '3'],
    ]);
  });

  it('loses no digit of a number or a time, however long', () => {
    const line =
      '{"level":"info","msg":"ack","orderId":9007199254740993,"px":0.10,"qty":1e-8,"cum":1.0,"ts":1768468502123456789,"d":{"fillIds":[18446744073709551615]}}';
    expect(recognise(line)).toMatchObject({ level: 'info', message: 'ack', time: '1768468502123456789' });
    expect(recognise(line).fields).toEqual([
      ['orderId', '9007199254740993'],
      ['px', '0.10'],
      ['qty', '1e-8'],
      ['cum', '1.0'],
      ['ts', '1768468502123456789'],
      ['d', '{"fillIds":[18446744073709551615]}'],
    ]);
  });

  it('understands truncated JSON, and JSON after a header', () => {
    const cut = recognise(`{"level":"error","msg":"boom","stack":"${'x'.repeat(50)}`);
    expect(cut).toMatchObject({ format: 'text', level: 'error', message: 'boom' });
    expect(recognise('2026-01-15T09:15:02.1Z stderr F {"level":"error","msg":"boom"}')).toMatchObject({
      level: 'error',
      message: 'boom',
      time: '2026-01-15T09:15:02.1Z',
    });
  });

  it('is fast on adversarial lines', () => {
    for (const text of [
      'a='.repeat(30_000),
      `level=x ${'"\\'.repeat(20_000)}`,
      '['.repeat(60_000),
      ' '.repeat(60_000),
      `${'1'.repeat(60_000)}:M`,
    ]) {
      expect(recognise(text).format).toMatch(/text|logfmt/);
    }
  });
});
