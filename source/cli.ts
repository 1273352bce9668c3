import { commandsOf } from './commands/all/commands.ts';
import { readArguments } from './commands/all/flags.ts';
import { EXIT, helpAsked, UsageError, usageTrouble } from './commands/command-line.ts';
import { type CommandName, commandHelps } from './commands/helps.ts';
import { actionFlags, actionFlagsHelp } from './commands/run/request.ts';
import { VERSION } from './commands/version.ts';
import { EngineError } from './engine/engine.ts';
import { printable } from './lib/text.ts';
import { written } from './lib/written.ts';
import { SettingsError } from './settings/load.ts';

const helps = commandHelps(
  actionFlags.map(({ name }) => name),
  actionFlagsHelp(),
);

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  const asked = helpAsked(argv, helps, VERSION);
  if (asked !== undefined) {
    process.stdout.write(asked);
    return 0;
  }
  const read = readArguments(argv);
  if (typeof read === 'string') throw new UsageError(read);
  const trouble = usageTrouble(helps, read.words, read.flags);
  if (trouble !== undefined) throw new UsageError(trouble);
  const [name = 'console', ...words] = read.words;
  const commands = commandsOf({ flags: read.flags, words, version: VERSION, helps });
  return commands[name as CommandName]();
}

/** Standard output may be a pipe whose reader is behind. */
async function end(code: number): Promise<never> {
  await written(process.stdout);
  process.exit(code);
}

function fail(error: unknown): never {
  const { status, text } = explained(error);
  process.stderr.write(`deskhand: ${printable(text)}\n`);
  process.exit(status);
}

function explained(error: unknown): { status: number; text: string } {
  if (error instanceof UsageError) return { status: EXIT.usage, text: error.message };
  if (error instanceof SettingsError) return { status: EXIT.settings, text: error.message };
  if (error instanceof EngineError) return { status: 3, text: `${error.message}\n${error.advice}` };
  return { status: EXIT.internal, text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

// Whoever reads the output may stop early, such as head.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : EXIT.internal));
main().then(end, fail);
