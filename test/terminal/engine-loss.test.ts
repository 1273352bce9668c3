import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine } from '../engine/require-engine.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { startStack } from '../stacks/stack.ts';
import { openConsole, row } from './console.ts';

/** An engine that goes away under the console and comes back. */

describeEngine('a lost engine', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine(mkdtempSync(join(tmpdir(), 'deskhand-engine-')));
    await startStack(engine.docker, 'trading', { prefix: '' });
  });
  afterAll(() => engine?.remove());

  it('leaves the last picture standing, says so, and is followed again without a key', async () => {
    const terminal = openConsole({ args: ['--host', engine.host] });
    await terminal.waitFor((screen) => /● running/.test(row(screen, 'trading-api')));

    await engine.stop();
    const lost = await terminal.waitFor(/ENGINE LOST/);
    expect(lost).toContain('trading/worker');
    expect(lost).toMatch(/next try|trying now/);

    await engine.start();
    await terminal.waitFor((screen) => !screen.includes('ENGINE LOST'));
    // Nothing of this stack has a restart policy: after the stop the containers are down, and the console knows it.
    // Down, or unknown: whether its exit 0 was a stop is told by an event, which may be lost with the engine.
    await terminal.waitFor((screen) => /[✖?]/.test(row(screen, 'trading-api')));
    await engine.docker.getContainer('trading-api').start();
    await terminal.waitFor((screen) => /● running/.test(row(screen, 'trading-api')));
  });

  it('is waited for when the console starts first', async () => {
    await engine.stop();
    const terminal = openConsole({ args: ['--host', engine.host] });
    await terminal.waitFor(/NO ENGINE/);
    await engine.start();
    await terminal.waitFor('trading/worker');
  });
});
