import { describe, expect, it } from 'vitest';
import { helpAsked, parseBandwidth, parseCount, parseEvery, parsePercent, usageTrouble } from './command-line.ts';
import { commandHelps } from './helps.ts';

const helps = commandHelps(['signal', 'all'], ['        --signal NAME     kill: another signal']);
const help = (...argv: readonly string[]) => helpAsked(argv, helps, '1.2.3');
const trouble = (words: readonly string[], flags: Record<string, unknown> = {}) => usageTrouble(helps, words, flags);

describe('help', () => {
  it.each([
    [['--help']],
    [['-h']],
    [['glance', '--help']],
    [['run', 'restart', 'exness/redis', '--yes', '--help']],
    [['run', '-h', 'restart', 'exness/redis', '--yes']],
    [['--yes', 'run', 'remove', 'x', '--confirm', 'x', '-h']],
    [['--version', '--help']],
    [['help']],
    [['help', 'run']],
  ])('is all that %j asks for', (argv) => {
    expect(help(...argv)).toContain('Usage');
  });

  it('after a command is the help of that command', () => {
    const run = help('run', 'restart', 'x', '--yes', '--help');
    expect(run).toContain('--dry-run');
    expect(run).toContain('--signal NAME');
    expect(run).not.toContain('--incident');
    expect(help('--help')).toContain('--incident');
    expect(help('help', 'run')).toBe(run);
  });

  it('is not asked for by a word after --, and the version only by its flag', () => {
    expect(help('run', 'exec', 'x', '--', 'ls', '--help')).toBeUndefined();
    expect(help('run', 'restart', 'x', '--version')).toBe('1.2.3\n');
    expect(help('glance')).toBeUndefined();
  });

  it('names every flag of every command', () => {
    for (const [name, { flags }] of Object.entries(helps)) {
      const text = help(name === 'console' ? '--help' : name, '--help') ?? '';
      for (const flag of flags.filter((one) => one !== 'or-demo' && one !== 'all')) expect(text).toContain(`--${flag}`);
    }
  });
});

describe('a command line', () => {
  it.each([
    [[], {}],
    [['glance'], { project: 'exness', json: true }],
    [['run', 'scale', 'trading/worker', '3'], { yes: true, dryRun: false, signal: undefined }],
    [['audit', 'verify'], { json: true }],
    [['demo'], { engineOnly: true, readonly: true }],
  ])('%j with %j makes sense', (words, flags) => {
    expect(trouble(words, flags)).toBeUndefined();
  });

  it.each([
    [['glanse'], {}, 'There is no command "glanse". Did you mean glance? "deskhand --help" lists them.'],
    [['glance', 'redis'], {}, 'deskhand glance does not accept "redis". "deskhand glance --help" shows its arguments.'],
    [['audit', 'verify', 'x'], {}, 'deskhand audit does not accept "x". "deskhand audit --help" shows its arguments.'],
    [['glance'], { foo: true }, 'There is no option --foo. "deskhand glance --help" lists the options.'],
    [
      ['glance'],
      { jsno: true },
      'There is no option --jsno. Did you mean --json? "deskhand glance --help" lists the options.',
    ],
    [['glance'], { yes: true }, '--yes is an option of deskhand run, not of deskhand glance.'],
    [[], { x: true }, 'There is no option -x. "deskhand --help" lists the options.'],
    [['glance'], { project: '' }, '--project needs a value.'],
  ])('%j with %j is refused: %s', (words, flags, words2) => {
    expect(trouble(words, flags)).toBe(words2);
  });
});

describe('times and numbers of flags', () => {
  it.each([
    ['2s', 2000],
    ['5', 5000],
    ['1.5', 1500],
    ['500ms', 500],
    ['1m', 60_000],
    ['1h', 3_600_000],
  ])('--every %s is %i ms', (text, ms) => {
    expect(parseEvery(text)).toBe(ms);
  });

  it.each(['0', '-5', 'abc', '', '2x', 'NaN', '1e9', '10ms', '25h', '2 s'])('--every %j is refused', (text) => {
    expect(parseEvery(text)).toContain('--every takes a time');
  });

  it('counts are plain whole numbers', () => {
    expect(parseCount('containers', '500', 1000)).toBe(500);
    for (const text of ['-1', '1.5', '1e3', '2000', 'x', ''])
      expect(typeof parseCount('containers', text, 1000)).toBe('string');
  });
});

describe('the budget', () => {
  it('is percent of one CPU, and bytes a second', () => {
    expect(['1%', '0.5', '12.5 %'].map(parsePercent)).toEqual([1, 0.5, 12.5]);
    expect(['2k', '500', '1.5m'].map(parseBandwidth)).toEqual([2048, 500, 1_572_864]);
  });

  it.each(['', '0', '-1%', '200%', 'much'])('refuses %j as a budget of CPU', (text) =>
    expect(parsePercent(text)).toContain('--budget takes percent of one CPU'),
  );

  it.each(['', '0', '12', '-2k', 'fast'])('refuses %j as a bandwidth', (text) =>
    expect(parseBandwidth(text)).toContain('--bandwidth takes bytes a second'),
  );
});
