import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

/** The command line of the console: what it offers, keeps and corrects, and the keys that run commands. */

let console: MountedConsole;
afterEach(() => console.close());

const settings = {
  aliases: { rd: 'logs exness/redis' },
  hotkeys: { pulse: { shortCut: 'F5', description: 'the pulse of the desk', command: 'pulse' } },
};

describe('the command line', () => {
  it('offers all commands at once, those that fit while one types, and the words that follow', async () => {
    console = await mountConsole({ settings, columns: 80, rows: 24 });
    await console.press(':');
    await console.shows('alias of :logs exness/redis');
    await console.shows(/svc +services/);
    await console.shows(/\d+ more/);
    await console.type('sca');
    await console.shows(/scale +NAME/);
    expect(console.text()).not.toMatch(/svc +services/);
    await console.press('tab');
    await console.type(' redis');
    await console.shows(/exness\/redis +service[\s\S]*maricusco\/redis +service/);
    await console.press('tab');
    await console.shows(':scale exness/redis');
  });

  it('keeps what was typed when it could mean several things', async () => {
    console = await mountConsole({ settings, columns: 120, rows: 40 });
    await console.press(':');
    await console.type('logs redis');
    await console.press('enter');
    await console.shows(':logs redis');
    await console.shows('redis is ambiguous: exness/redis, maricusco/redis.');
    await console.press('tab', 'enter');
    await console.shows('Logs(exness/redis)');
  });

  it('keeps the commands of earlier runs in a private file, without their secrets', async () => {
    console = await mountConsole({ settings });
    for (const command of ['pulse', 'exec exness/redis redis-cli -a hunter2hunter2 ping']) {
      await console.press(':');
      await console.type(command);
      await console.press('enter', 'esc', 'esc');
    }
    const file = join(console.home, 'deskhand', 'typed.json');
    const { command } = JSON.parse(readFileSync(file, 'utf8'));
    expect(command).toHaveLength(2);
    expect(command[0]).toBe('pulse');
    expect(command[1]).toMatch(/^exec exness\/redis redis-cli -a (?!hunter2)/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('hotkeys of the settings', () => {
  it('run their command in every view and stand in the help', async () => {
    console = await mountConsole({ settings, columns: 160, rows: 50 });
    await console.press('f5');
    await console.shows(/Pulse/);
    await console.press('?');
    await console.shows('the pulse of the desk');
  });
});
