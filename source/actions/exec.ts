import * as v from 'valibot';
import { destructivePart } from './destructive.ts';
import { asUser, session } from './session.ts';

const Parameters = v.strictObject({
  command: v.pipe(v.array(v.string()), v.description('the command and its arguments, such as redis-cli ping')),
});

/** The argument vector that a plan of `exec` was made with. */
export function commandOf(parameters: unknown): readonly string[] {
  return v.parse(Parameters, parameters).command;
}

/** A command in a container, its output in a view. */
export const exec = session({
  name: 'exec',
  title: 'Run in',
  help: 'run a command in a container and show its output',
  parameters: Parameters,
  session: 'command',
  danger: 2,
  judge({ command }) {
    const part = destructivePart(command);
    return part === undefined ? undefined : { danger: 4, warning: `"${part}" destroys data or ends the program.` };
  },
  command: ({ command }) => command,
  note: asUser,
  warnings: [],
});
