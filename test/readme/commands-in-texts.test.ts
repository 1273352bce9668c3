import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { actionNamed } from '../../source/actions/list.ts';
import { readArguments } from '../../source/commands/all/flags.ts';
import { commandHelps } from '../../source/commands/helps.ts';
import { actionFlags } from '../../source/commands/run/request.ts';
import { commandNames } from '../../source/panes/console/command.ts';

/** Every command that a text names exists: in the README, the docs, the help, and each sentence of the program. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })];
const SOURCES = globSync('source/**/*.{ts,tsx}', { cwd: ROOT, exclude: (path) => /\.test\.tsx?$/.test(String(path)) });
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Inline code and the lines of code blocks. */
function codeIn(page: string): string[] {
  const blocks = [...page.matchAll(/```[^\n]*\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  const inline = [...page.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  return [...blocks, ...inline];
}

/** The texts in a source file that have a blank in them, without comments; backticks and quotes inside them are kept. */
function sentencesIn(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const strings = code.match(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g) ?? [];
  return strings.map((text) => text.slice(1, -1)).filter((text) => text.includes(' '));
}

const told = [...PAGES.map((path) => ({ path, texts: codeIn(read(path)) }))];
const spoken = SOURCES.map((path) => ({ path, texts: sentencesIn(read(path)) }));

const NAMES = new Set(commandNames({ aliases: {} }));
/** The action and the table that the guide to adding some makes up, and an alias of the settings' examples. */
const EXAMPLES = new Set(['rd', 'thing', 'things']);

describe('commands of the prompt', () => {
  const used = [
    ...told.flatMap(({ path, texts }) =>
      texts.flatMap((text) =>
        [...text.matchAll(/^:([a-z][\w-]*!?)/g)].map((match) => ({ path, word: match[1] ?? '' })),
      ),
    ),
    ...spoken.flatMap(({ path, texts }) =>
      texts.flatMap((text) =>
        [...text.matchAll(/(?:^|[\s"`(]):([a-z][\w-]+)(?=[\s"`.,;)]|$)/g)].map((match) => ({
          path,
          word: match[1] ?? '',
        })),
      ),
    ),
  ];

  it('all exist', () => {
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter(({ word }) => !NAMES.has(word) && !EXAMPLES.has(word))).toEqual([]);
  });
});

/** Options that all commands take. */
const GENERAL = ['host', 'context', 'config', 'readonly'];

/** Command lines with what stands for something replaced, such as ACTION or NAME, which are no names of commands. */
const PLACEHOLDER = /^[A-Z][A-Z.|[\]_-]*$/;

describe('command lines', () => {
  const ofAction = actionFlags.map(({ name }) => name);
  const helps = commandHelps(ofAction);
  const lines = [
    ...told.flatMap(({ path, texts }) => texts.map((text) => ({ path, text: text.replace(/^\s*\$ /, '').trim() }))),
    ...spoken.flatMap(({ path, texts }) =>
      texts.flatMap((text) =>
        [...text.matchAll(/["`](deskhand [^"`$]+)["`]/g)].map((match) => ({ path, text: match[1] ?? '' })),
      ),
    ),
    ...Object.values(helps).flatMap(({ examples }) => examples.map(([text]) => ({ path: 'helps', text }))),
  ].filter(({ text }) => /^deskhand(?: |$)/.test(text));

  /** What is wrong with a command line; undefined where it can be typed. */
  function trouble(text: string): string | undefined {
    const line = (text.split(/ (?:\||&&|>|#) ?/)[0] ?? '').replace(/…|\.\.\.|[[\]]/g, '');
    const words = line.match(/'[^']*'|"[^"]*"|\S+/g)?.slice(1) ?? [];
    const given = readArguments(words.map((word) => word.replace(/^(['"])(.*)\1$/, '$2')));
    if (typeof given === 'string') return given;
    const [name = 'console', action] = given.words;
    if (PLACEHOLDER.test(name)) return undefined;
    const help = Object.entries(helps).find(([command]) => command === name)?.[1];
    if (!help && name !== 'help') return `there is no command ${name}`;
    if (
      name === 'run' &&
      action !== undefined &&
      !PLACEHOLDER.test(action) &&
      !EXAMPLES.has(action) &&
      !actionNamed(action)
    )
      return `there is no action ${action}`;
    const known = new Set<string>([...GENERAL, ...(help?.flags ?? []), 'help', 'version', 'orDemo']);
    const written = Object.keys(given.flags).map((key) =>
      key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    );
    return written.find((flag) => !known.has(flag) && flag.length > 1 && flag !== 'or-demo');
  }

  it('name commands, actions and options that exist', () => {
    expect(lines.length).toBeGreaterThan(60);
    expect(
      lines.flatMap(({ path, text }) => (trouble(text) === undefined ? [] : [`${path}: ${text}: ${trouble(text)}`])),
    ).toEqual([]);
  });
});
