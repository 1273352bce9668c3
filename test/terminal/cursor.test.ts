import { describe, expect, it } from 'vitest';
import { command, openConsole } from './console.ts';

/** Which row the keys mean while rows move under them. */

describe('the cursor', () => {
  it('follows what is worst until a key was meant for a row: then it stays with that', async () => {
    const terminal = openConsole({ args: ['demo'] });
    await terminal.waitFor('Logs(docker/grafana)');
    command(terminal, 'incident maricusco-redis-down');
    await terminal.waitFor('Logs(maricusco/redis)');
    terminal.press('d');
    await terminal.waitFor('Describe(maricusco/redis)');
    terminal.press('esc');
    await terminal.waitFor('Logs(maricusco/redis)');
    command(terminal, 'start maricusco/redis');
    await terminal.waitFor('> Cancel <');
    terminal.press('tab', 'enter');
    // Well again it stands among the others, below what suffered from it.
    await terminal.waitFor(/maricusco\/redis +● running/);
    expect(await terminal.waitFor('start maricusco/redis: ')).toContain('Logs(maricusco/redis)');
  });
});

describe('a screen with room for one pane next to the services', () => {
  it('shows what is wrong with a service in trouble and the log of a sound one, until a pane is chosen', async () => {
    const terminal = openConsole({ args: ['demo'], columns: 80, rows: 24 });
    await terminal.waitFor('Logs(docker/grafana)');
    command(terminal, 'incident redis-oom');
    expect(await terminal.waitFor('Health(redis)')).toMatch(/exit 137, out of memory[\s\S]*DO +.*starts redis/);
    terminal.press('tab', 'shift-tab');
    terminal.press('end');
    await terminal.waitFor(/Health\((?!redis)/);
  });
});
