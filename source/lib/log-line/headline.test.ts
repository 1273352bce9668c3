import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../logs/spans.ts';
import { headlineOf } from './headline.ts';

const MESSAGES = new Map(
  readFileSync(join(import.meta.dirname, '../../../test/log-lines/messages.txt'), 'utf8')
    .split(/^=== /m)
    .slice(1)
    .map((part): [string, string[]] => {
      const [name = '', ...lines] = part.trimEnd().split('\n');
      return [name, lines.map(plainText)];
    }),
);

const received = (...lines: readonly string[]) => headlineOf(lines)?.text;

describe('the headline', () => {
  it.each([
    ['go-goroutines', 'panic: runtime error: invalid memory address or nil pointer dereference'],
    ['java-suppressed', 'Exception in thread "main" java.lang.RuntimeException: outer: java.io.IOException: refused'],
    ['node-cause', 'Error: outer: Error: ECONNRESET'],
    ['node-conn', 'Error: connect ECONNREFUSED 127.0.0.1:1'],
    ['py13-asyncio', 'Task exception was never retrieved: ValueError: lost'],
    ['py13-during', "KeyError: 'x'"],
    ['py13-group', 'ExceptionGroup: many (3 sub-exceptions)'],
    ['py13-logged', 'order failed: ValueError: order rejected'],
    ['py11-loguru', 'order failed: ValueError: order rejected'],
    ['rust-anyhow', 'Error: starting the engine: connection refused'],
    ['rust-index', "thread 'main' (21512) panicked at a.rs:3:46: index out of bounds: the len is 1 but the index is 9"],
    ['elixir-gen', 'GenServer #PID<0.103.0> terminating: ** (RuntimeError) order rejected'],
    ['cpp-throw', "terminate called after throwing an instance of 'std::runtime_error': what(): order rejected"],
    ['postgres', 'syntax error at or near "FORM" at character 10'],
    ['java-jul', 'order rejected: java.lang.RuntimeException: boom: java.io.IOException: refused'],
  ])('of %s', (name, text) => {
    expect(received('starting', '2026-01-15 09:15:02 INFO up', ...(MESSAGES.get(name) ?? []))).toBe(text);
  });

  it('is the last error, even if less severe lines follow', () => {
    const postgres = (text: string) => `2026-01-15 09:15:02.123 UTC [1] ${text}`;
    expect(
      received(
        postgres('PANIC:  could not write to file "pg_wal/xlogtemp.56": No space left on device'),
        postgres('LOG:  database system is shut down'),
      ),
    ).toBe('could not write to file "pg_wal/xlogtemp.56": No space left on device');
  });

  it('is not the line of a wrapper that only reports a failure', () => {
    expect(
      received(
        '[2026-01-15 09:15:02 +0000] [7] [ERROR] Exception in worker process',
        'Traceback (most recent call last):',
        '  File "/app/wsgi.py", line 1, in <module>',
        "ModuleNotFoundError: No module named 'app'",
        '[2026-01-15 09:15:02 +0000] [7] [INFO] Worker exiting (pid: 7)',
        '[2026-01-15 09:15:02 +0000] [1] [ERROR] Worker (pid:7) exited with code 3',
        '[2026-01-15 09:15:02 +0000] [1] [ERROR] Reason: Worker failed to boot.',
      ),
    ).toBe("Exception in worker process: ModuleNotFoundError: No module named 'app'");
  });

  it('of JSON is its message, together with the error', () => {
    expect(received('{"level":50,"time":1,"msg":"order rejected","err":{"type":"Error","message":"boom"}}')).toBe(
      'order rejected: boom',
    );
    expect(received('time=2026-01-15T09:15:02Z level=error msg="order rejected" err="no margin"')).toBe(
      'order rejected: no margin',
    );
  });

  it('includes the next line if the line only opens a list, or names a component', () => {
    expect(received('ZodError: [', '  {', '    "path": ["PORT"],', '    "message": "Required"', '  }', ']')).toBe(
      'ZodError: [ { "path": ["PORT"], "message": "Required" } ]',
    );
    expect(received('fail: Desk.Orders.Gateway[13]', '      order rejected')).toBe(
      'Desk.Orders.Gateway[13]: order rejected',
    );
  });

  it('is the last line that is not empty if there is no error, or undefined if there are no lines', () => {
    expect(headlineOf(['starting', 'done', ']', ' '])).toEqual({ text: 'done', isError: false });
    expect(headlineOf([' ', ''])).toBeUndefined();
  });

  it('is found quickly in adversarial lines', () => {
    const parts = [
      'a.',
      '[',
      '{"a":',
      'Error: ',
      'x.y(',
      '"',
      '\\"',
      '1:',
      '2026-01-15 ',
      'no ',
      'goroutine 1 [',
      '<a ',
    ];
    for (const part of parts) {
      const line = part.repeat(200);
      expect(received(...Array.from({ length: 100 }, () => line))?.length ?? 0).toBeLessThanOrEqual(300);
    }
  });
});
