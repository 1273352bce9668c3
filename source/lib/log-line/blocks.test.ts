import { describe, expect, it } from 'vitest';
import { blockAround } from './blocks.ts';

function texts(lines: readonly (readonly [source: number, text: string])[]) {
  return {
    first: 0,
    end: lines.length,
    plain: (line: number) => lines[line]?.[1] ?? '',
    source: (line: number) => lines[line]?.[0] ?? 0,
  };
}

describe('blockAround', () => {
  it('finds a stack trace with its causes from any of its lines', () => {
    const trace = texts([
      [0, 'before'],
      [0, 'java.lang.IllegalStateException: no'],
      [0, '\tat com.example.Foo'],
      [1, 'another source'],
      [0, 'Caused by: java.io.IOException'],
      [0, '\t... 3 more'],
      [0, 'after'],
    ]);
    for (const line of [1, 2, 4, 5]) expect(blockAround(trace, line)).toEqual([1, 2, 4, 5]);
    expect(blockAround(trace, 0)).toEqual([0]);
  });

  it('finds an object printed by console.log, and a Python traceback with its last line', () => {
    expect(
      blockAround(
        texts([
          [0, 'order {'],
          [0, '  id: 7,'],
          [0, '}'],
          [0, 'next'],
        ]),
        1,
      ),
    ).toEqual([0, 1, 2]);
    const python = texts([
      [0, 'Traceback (most recent call last):'],
      [0, '  File "a.py", line 1'],
      [0, 'ValueError: no'],
      [0, 'ValueError is fine here'],
    ]);
    expect(blockAround(python, 2)).toEqual([0, 1, 2]);
  });
});

/** Everything between two lines of dashes is one block, from whichever of its lines one looks. */
const RECORDED = `
2026-01-15 09:15:02,125 - app.orders - ERROR - order failed
Traceback (most recent call last):
  File "/app/main.py", line 42, in <module>
    run()
    ~~~^^
ValueError: bad order

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 44, in <module>
app.errors.OrderRejected: 17
---
2026-01-15 09:15:02,126 - app.orders - INFO - after
---
Traceback (most recent call last):
  File "/app/main.py", line 44, in <module>
    next(orders)
StopIteration
---
2026-01-15 09:15:02.123 [main] ERROR com.example.Foo - boom
java.lang.IllegalStateException: no connection
\tat com.example.Foo.main(Foo.java:3)
Caused by: java.net.ConnectException: Connection refused
\t... 2 more
---
2026-01-15 09:15:02.130 [main] INFO  com.example.Foo - after
---
Exception in thread "main" java.lang.RuntimeException: uncaught
\tat com.example.Foo.main(Foo.java:3)
---
2025-12-06T10:15:30.123456Z  INFO nanoarb: before
---
thread 'main' panicked at src/main.rs:4:5:
index out of bounds: the len is 3 but the index is 99
stack backtrace:
   0: rust_begin_unwind
             at /rustc/90c5/library/std/src/panicking.rs:578:5
note: Some details are omitted, run with \`RUST_BACKTRACE=full\` for a verbose backtrace.
---
2025-12-06T10:15:30.123456Z  INFO nanoarb: after
---
/app/index.js:3
    throw new Error('no');
    ^

Error: no
    at Object.<anonymous> (/app/index.js:3:11) {
  code: 'ENO'
}

Node.js v18.17.0
---
Server listening on 8000

---
Order: {
  legs: [
    { side: 'buy' }
  ]
}
---
panic: runtime error: invalid memory address
[signal SIGSEGV: segmentation violation code=0x1]

goroutine 1 [running]:
main.main()
\t/app/main.go:8 +0x15
exit status 2
---
plain`;

it('finds a whole trace of Python, Java, Rust, Node and Go with the line that reported the error, and nothing else', () => {
  const blocks = RECORDED.slice(1)
    .split('\n---\n')
    .map((block) => block.split('\n'));
  let at = 0;
  const numbered = blocks.map((block) => block.map(() => at++));
  const recorded = texts(blocks.flat().map((text) => [0, text] as const));
  for (const [index, block] of numbered.entries()) {
    const shown = (blocks[index] ?? []).join('\n');
    for (const line of block) {
      if (recorded.plain(line) === '') continue;
      const received = blockAround(recorded, line).map(recorded.plain).join('\n').trimEnd();
      expect.soft(received, recorded.plain(line)).toBe(shown.trimEnd());
    }
  }
});
