import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal, type TerminalOptions } from './terminal.ts';

const open: Terminal[] = [];

/** A small Node program in a terminal. */
function run(program: string, options: Partial<TerminalOptions> = {}): Terminal {
  const terminal = openTerminal({
    command: process.execPath,
    args: ['-e', program],
    columns: 40,
    rows: 10,
    ...options,
  });
  open.push(terminal);
  return terminal;
}

const RAW =
  "process.stdin.setRawMode(true); process.stdin.on('data', (d) => { if (String(d) === 'q') process.exit(3); ";

afterEach(async () => {
  for (const terminal of open.splice(0)) await terminal.close();
});

describe('openTerminal', () => {
  it('shows what the program writes, where it writes it', async () => {
    const terminal = run(
      "process.stdout.write('\\x1b[3;5Hhello \\x1b[1;31mred\\x1b[0m \\x1b[38;2;1;2;255mblue\\x1b[0m 漢')",
    );
    await terminal.waitFor('漢');
    expect(terminal.text().split('\n')[2]).toBe('    hello red blue 漢');
    const row = terminal.cells()[2] ?? [];
    expect(row[10]).toMatchObject({ text: 'r', foreground: 1, bold: true });
    expect(row[14]).toMatchObject({ text: 'b', foreground: '#0102ff', bold: false });
    expect(row[19]).toMatchObject({ text: '漢', width: 2 });
  });

  it('sends keys as a terminal does and reports the exit code', async () => {
    const terminal = run(`${RAW} process.stdout.write(JSON.stringify(String(d)) + '\\r\\n') }); console.log('ready')`);
    await terminal.waitFor('ready');
    terminal.press('ctrl-d');
    await terminal.waitFor('"\\u0004"');
    terminal.press('shift-tab');
    await terminal.waitFor('"\\u001b[Z"');
    terminal.type('ünder');
    await terminal.waitFor('"ünder"');
    terminal.press('q');
    expect((await terminal.exited).code).toBe(3);
  });

  it('refuses a key that does not exist', () => {
    const terminal = run('setInterval(() => {}, 1000)');
    expect(() => terminal.press('ctrl-shift-meta-x')).toThrow('no key is called ctrl-shift-meta-x');
  });

  it('passes a new size on', async () => {
    const terminal = run(
      "const say = () => console.log(process.stdout.columns + 'x' + process.stdout.rows); process.stdout.on('resize', say); say(); setInterval(() => {}, 1000)",
    );
    await terminal.waitFor('40x10');
    terminal.resize(300, 100);
    await terminal.waitFor('300x100');
  });

  it('says what was on the screen when a wait fails', async () => {
    const terminal = run("console.log('something else'); setInterval(() => {}, 1000)");
    await terminal.waitFor('something');
    await expect(terminal.waitFor('unicorn', { timeoutMs: 50 })).rejects.toThrow(
      /"unicorn" was not seen[\s\S]*something else/,
    );
  });

  it('does not wait for a program that has ended', async () => {
    const terminal = run("console.log('bye')");
    await expect(terminal.waitFor('unicorn')).rejects.toThrow(/ended with code 0[\s\S]*bye/);
  });

  it('looks only at whole synchronised updates', async () => {
    const terminal = run(
      "process.stdout.write('\\x1b[?2026hhalf'); setTimeout(() => process.stdout.write(' whole\\x1b[?2026l'), 100); setInterval(() => {}, 1000)",
    );
    expect(await terminal.waitFor('half')).toContain('half whole');
  });

  it('knows which modes were left on, and how the tty was left', async () => {
    const rude = run(
      "process.stdout.write('\\x1b[?1049h\\x1b[?25l\\x1b[?1000h\\x1b[?2004h'); process.stdin.setRawMode(true); process.kill(process.pid, 'SIGKILL')",
    );
    const { code, tty } = await rude.exited;
    expect(code).toBe(137);
    expect(rude.modes()).toEqual(['alternate screen', 'hidden cursor', 'mouse', 'bracketed paste']);
    expect(tty).toMatch(/-icanon/);

    const polite = run("console.log('done')");
    expect((await polite.exited).tty).toMatch(/(?<!-)icanon[\s\S]*(?<!-)echo /);
    expect(polite.modes()).toEqual([]);
  });

  it('signals the program, not the shell around it', async () => {
    const terminal = run(
      "process.on('SIGTERM', () => { console.log('terminated'); process.exit(5) }); setInterval(() => {}, 1000); console.log('up')",
    );
    await terminal.waitFor('up');
    terminal.kill('SIGTERM');
    expect((await terminal.exited).code).toBe(5);
    expect(terminal.text()).toContain('terminated');
  });

  it('gives the program its own home directory and no user settings', async () => {
    const terminal = run(
      'console.log(process.env.HOME, process.env.CI, process.env.DOCKER_HOST); process.stdin.resume()',
      {
        columns: 200,
      },
    );
    await terminal.waitFor(`${terminal.home} undefined undefined`);
    expect(existsSync(terminal.home)).toBe(true);
    await terminal.close();
    expect(existsSync(terminal.home)).toBe(false);
  });

  it('counts and keeps the bytes', async () => {
    const terminal = run("process.stdout.write('\\x1b[1mabc\\x1b[0m')");
    await terminal.exited;
    expect(terminal.bytesWritten()).toBe(11);
    expect(terminal.raw()).toBe('\u001b[1mabc\u001b[0m');
  });
});
