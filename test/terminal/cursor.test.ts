import { describe, expect, it } from 'vitest';
import { command, openConsole } from './console.ts';

/** Which row the keys mean while rows move under them. */

describe('the cursor', () => {
  it('follows what is worst until a key was meant for a row: then it stays with that', async () => {
    const terminal = openConsole({ args: ['demo'] });
    await terminal.waitFor('Logs(docker/grafana)');
    command(terminal, 'incident redis-oom');
    await terminal.waitFor('Logs(exness/redis)');
    terminal.press('d');
    await terminal.waitFor('Describe(exness/redis)');
    terminal.press('esc');
    command(terminal, 'start exness/redis');
    await terminal.waitFor('> Cancel <');
    terminal.press('tab', 'enter');
    // Well again it stands among the others, below what suffered from it.
    await terminal.waitFor(/exness\/redis +● healthy/);
    expect(await terminal.waitFor('start exness/redis: ')).toContain('Logs(exness/redis)');
  });
});
