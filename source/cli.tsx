import meow from 'meow';
import { runConsole } from './commands/console/console.tsx';
import { endpointOf, type Flags, settingsOf } from './commands/options.ts';
import { EngineError } from './engine/engine.ts';
import { SettingsError } from './settings/load.ts';

const HELP = `
  Usage
    $ deskhand [options]            the console on the Docker Engine
    $ deskhand demo [options]       the console on an embedded, simulated engine

  Options
    -H, --host URL        engine to connect to, as "docker --host"
    -c, --context NAME    docker context to use
        --config FILE     settings (default ~/.config/deskhand/config.yaml)
        --readonly        refuse every action; :arm lifts it for a time

  Inside: ? shows the keys, ctrl-a the commands.
`;

async function main(): Promise<number> {
  const cli = meow(HELP, {
    // The bundle is CommonJS: only the url of the module is known there, and only that is needed.
    importMeta: { url: import.meta.url } as ImportMeta,
    flags: {
      host: { type: 'string', shortFlag: 'H' },
      context: { type: 'string', shortFlag: 'c' },
      config: { type: 'string' },
      readonly: { type: 'boolean' },
      orDemo: { type: 'boolean' },
    },
  });
  const [command = 'console'] = cli.input;
  switch (command) {
    case 'console':
      return openConsole(cli.flags);
    default:
      process.stderr.write(`There is no command "${command}". "deskhand --help" lists them.\n`);
      return 2;
  }
}

async function openConsole(flags: Flags): Promise<number> {
  const settings = settingsOf(flags);
  return runConsole({ endpoint: endpointOf(settings), settings });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = error instanceof SettingsError || error instanceof EngineError;
    const text = error instanceof Error ? (known ? error.message : error.stack) : String(error);
    process.stderr.write(`deskhand: ${text}\n${error instanceof EngineError ? `${error.advice}\n` : ''}`);
    process.exit(1);
  },
);
