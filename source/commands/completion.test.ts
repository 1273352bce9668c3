import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { completionScript } from './completion.ts';
import { commandHelps } from './helps.ts';
import { manPage } from './man.ts';

const helps = commandHelps(['signal'], ['        --signal NAME     kill: another signal']);
const script = (shell: 'bash' | 'zsh' | 'fish') => completionScript(shell, helps, ['restart', 'scale']);

/** What bash offers for a command line whose last word is being typed. */
function offered(...words: readonly string[]): string[] {
  const set = `deskhand() { echo exness/redis; }; COMP_WORDS=(deskhand "$@"); COMP_CWORD=$#; _deskhand; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', `${script('bash')}\n${set}`, 'bash', ...words], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

it('completes commands, actions, services and options in bash', () => {
  expect(offered('gl')).toEqual(['glance']);
  expect(offered('run', 're')).toEqual(['restart']);
  expect(offered('run', 'restart', 'ex')).toEqual(['exness/redis']);
  expect(offered('logs', 'exness/redis', '')).toEqual(['exness/redis']);
  expect(offered('glance', '--wa')).toEqual(['--watch']);
  expect(offered('run', '--si')).toEqual(['--signal']);
  expect(offered('completion', 'z')).toEqual(['zsh']);
  expect(offered('audit', '')).toEqual(['verify']);
});

it('names every command and option in zsh and fish', () => {
  for (const [name, { flags }] of Object.entries(helps).filter(([name]) => name !== 'console')) {
    expect(script('zsh')).toContain(`'${name}:`);
    expect(script('fish')).toContain(`-a ${name} `);
    for (const flag of flags.filter((one) => script('bash').includes(`--${one} `))) {
      expect(script('zsh')).toContain(`'--${flag}[`);
      expect(script('fish')).toContain(`-l ${flag} `);
    }
  }
});

it('writes a manual page with every command and no line that is an unknown request', () => {
  const page = manPage(helps, '1.2.3');
  for (const { usage } of Object.values(helps)) expect(page).toContain(`.SS "${usage.replaceAll('-', '\\-')}"`);
  const requests = new Set(page.split('\n').flatMap((line) => /^[.'](\w+)/.exec(line)?.[1] ?? []));
  expect(
    [...requests].filter(
      (one) => !['TH', 'SH', 'SS', 'TP', 'B', 'BR', 'br', 'PP', 'RS', 'RE', 'nf', 'fi'].includes(one),
    ),
  ).toEqual([]);
});
