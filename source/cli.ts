import meow from 'meow';
import { commandsOf } from './commands/all/commands.ts';
import { flags } from './commands/all/flags.ts';
import { EXIT, helpAsked, UsageError, usageTrouble } from './commands/command-line.ts';
import { type CommandName, commandHelps } from './commands/helps.ts';
import { actionFlags, actionFlagsHelp } from './commands/run/request.ts';
import { VERSION } from './commands/version.ts';
import { EngineError } from './engine/engine.ts';
import { errorMessage } from './lib/error.ts';
import { printable } from './lib/text.ts';
import { SettingsError } from './settings/load.ts';

const helps = commandHelps(
  actionFlags.map(({ name }) => name),
  actionFlagsHelp(),
);

const cli = orUsageError(() =>
  meow('', {
    // Help and version come first; see main.
    autoHelp: false,
    autoVersion: false,
    // The bundle is CommonJS, where only the url of the module is known, and only that is needed.
    importMeta: { url: import.meta.url } as ImportMeta,
    // The build knows the version: nothing has to be read.
    pkg: {},
    // A flag that is not given must not override environment and file.
    booleanDefault: undefined,
    flags,
    // Unknown ones are refused with our own message and the exit status of usage errors.
    allowUnknownFlags: true,
  }),
);

/** meow throws on some usage errors, such as a flag that is given twice. */
function orUsageError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    process.stderr.write(`deskhand: ${errorMessage(error)}\n`);
    process.exit(EXIT.usage);
  }
}

async function main(): Promise<number> {
  const asked = helpAsked(process.argv.slice(2), helps, VERSION);
  if (asked !== undefined) {
    process.stdout.write(asked);
    return 0;
  }
  const trouble = usageTrouble(helps, cli.input, cli.flags);
  if (trouble !== undefined) throw new UsageError(trouble);
  const [name = 'console', ...words] = cli.input;
  const commands = commandsOf({ flags: cli.flags, words, version: VERSION, helps });
  return commands[name as CommandName]();
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
main().then((code) => process.exit(code), fail);
