import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openTerminal } from '../harness/terminal.ts';
import { toSvg } from './svg.ts';

/** Takes the README's picture of the built console from the running program: `npm run picture` writes console.svg beside this file. */

const EXECUTABLE = fileURLToPath(new URL('../../bin/deskhand.js', import.meta.url));
const PICTURE = fileURLToPath(new URL('console.svg', import.meta.url));

/** So that the charts have something to draw. */
const HISTORY_MS = 40_000;

const terminal = openTerminal({
  command: process.execPath,
  args: [EXECUTABLE, 'demo', '--incident', 'redis-oom'],
  columns: 132,
  rows: 42,
});
try {
  await terminal.waitFor(/exness\/redis +✖/);
  terminal.press('j', 'j');
  // Rates need two scrapes.
  await terminal.waitFor(/Metrics\(nanoarb\)[\s\S]*Orders\/min +\d/, { timeoutMs: 60_000 });
  await delay(HISTORY_MS);
  writeFileSync(
    PICTURE,
    toSvg(terminal.cells(), 'deskhand on its simulated engine: services, health, logs and metrics'),
  );
  process.stdout.write(`${terminal.text()}\n\n${PICTURE}\n`);
} finally {
  await terminal.close();
}
