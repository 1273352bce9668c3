import { spawnSync } from 'node:child_process';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type Plugin, Plugins } from '../settings/plugins.ts';
import { pluginCommand } from './plugin-command.ts';

const plugin = (command: string, args: readonly string[], inputs: object[] = []) => {
  const one = { shortCut: 'f5', description: 'x', scopes: ['all'], command, args, inputs };
  return v.parse(Plugins, { one }).one as Plugin;
};
const wrong = (command: string, args: readonly string[], inputs: object[] = []) => {
  const one = { shortCut: 'f5', description: 'x', scopes: ['all'], command, args, inputs };
  return v.safeParse(Plugins, { one }).issues?.[0]?.message;
};
/** A variable in braces. */
const braced = (name: string) => `\${${name}}`;
const HOSTILE = '$(touch /tmp/owned); `id` "; rm -rf / #';
const made = (given: Plugin, values: Record<string, string>) => pluginCommand(given, values);

describe('a plugin of the settings', () => {
  it('gets what a row says as words of its own', () => {
    const given = plugin('docker', ['logs', '$NAME', '--tag=$COL-IMAGE', braced('COL-CPU 5M'), '-n', '5']);
    const values = { NAME: 'redis', 'COL-IMAGE': HOSTILE, 'COL-CPU 5M': '3 %' };
    expect(made(given, values)).toEqual({
      command: ['docker', 'logs', 'redis', `--tag=${HOSTILE}`, '3 %', '-n', '5'],
      env: {},
    });
  });

  it('gives a script of a shell its values by the environment, so that none of them is run', () => {
    const given = plugin('sh', ['-c', 'printf "%s|%s|%s" "$NAME" "$COL-STATE" "$1"', 'x', '$NAME']);
    const call = made(given, { NAME: HOSTILE, 'COL-STATE': '$(id)' });
    if ('refused' in call) throw new Error(call.refused);
    expect(call.command[2]).toBe(`printf "%s|%s|%s" "$NAME" "${braced('COL_STATE')}" "$1"`);
    const [program = '', ...args] = call.command;
    expect(spawnSync(program, args, { env: { ...process.env, ...call.env }, encoding: 'utf8' }).stdout).toBe(
      `${HOSTILE}|$(id)|${HOSTILE}`,
    );
  });

  it.each([
    ['ssh', ['host', 'docker', 'logs', '$NAME']],
    ['sudo', ['watch', '$NAME']],
    ['bash', ['-c', 'ssh host "docker logs $NAME"']],
    ['bash', ['-c', 'eval "$NAME"']],
    ['sh', ['-c', 'sh -c "$NAME"']],
    ['python3', ['-c', '$NAME']],
  ])('refuses what %s %j would read as code', (command, args) => {
    expect(made(plugin(command, args), { NAME: HOSTILE })).toMatchObject({ refused: expect.stringMatching(/as code/) });
    expect(made(plugin(command, args), { NAME: 'redis-1' })).toHaveProperty('command');
  });

  it('refuses a value that would be an option, and one that is not there', () => {
    expect(made(plugin('docker', ['$NAME']), { NAME: '--privileged' })).toMatchObject({
      refused: expect.stringMatching(/an option/),
    });
    expect(made(plugin('docker', ['$COL-NO']), {})).toEqual({ refused: 'there is no $COL-NO here' });
  });

  it('knows inputs, and turns true into false', () => {
    const given = plugin('x', ['$INPUT_DEEP', '$!INPUT_DEEP'], [{ name: 'deep', type: 'bool' }]);
    expect(made(given, { INPUT_DEEP: 'true' })).toMatchObject({ command: ['x', 'true', 'false'] });
  });

  it.each([
    ['docker', ['$NAM'], [], /\$NAM is no variable/],
    ['$NAME', [], [], /must not be a variable/],
    ['python3', ['-c', 'print("$NAME")'], [], /looks like code/],
    ['x', [], [{ name: 'a', type: 'dropdown' }], /a dropdown needs options/],
    ['x', [], [{ name: 'a', type: 'dropdown', options: ['b'], default: 'c' }], /is not one of its options/],
    ['x', [], [{ name: 'a', type: 'number', default: 'c' }], /must be a number/],
    ['x', [], [{ name: 'a', type: 'bool', default: 'c' }], /must be true or false/],
    [
      'x',
      [],
      [
        { name: 'a', type: 'string' },
        { name: 'A', type: 'string' },
      ],
      /there are two inputs A/,
    ],
  ])('is refused in the settings: %s %j %j', (command, args, inputs, why) => {
    expect(wrong(command, args, inputs)).toMatch(why);
  });
});
