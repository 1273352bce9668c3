/** The help of a command, and the options in it. */

export type CommandHelp = {
  usage: string;
  summary: string;
  /** Words after the command's name, at most. */
  words: number;
  /** Flags beside the general ones, as they are written. */
  flags: readonly string[];
  options: readonly string[];
  /** Command lines, each with what it is for. */
  examples: readonly (readonly [line: string, about: string])[];
};

export const GENERAL_FLAGS = ['host', 'context', 'config', 'readonly'] as const;

export const GENERAL_OPTIONS = [
  '    -H, --host URL        engine to connect to, as "docker --host"',
  '    -c, --context NAME    docker context to use',
  '        --config FILE     settings (default ~/.config/deskhand/config.yaml)',
  '        --readonly        refuse every action; :arm lifts it for a time',
  '    -h, --help            this help; after a command, the help of that command; nothing else is done',
  '        --version         the version; nothing else is done',
];

/** An option as the help writes it, taken apart. */
export type OptionText = { short?: string; flag: string; value?: string; about: string };

/** The options in lines of help; lines that are none are left out. */
export function optionsIn(lines: readonly string[]): OptionText[] {
  return lines.flatMap((line) => {
    const [, short, flag, value, about = ''] = /^\s*(?:-(\w), )?--([\w-]+)(?: ([A-Z]+))?\s+(.*)$/.exec(line) ?? [];
    return flag === undefined ? [] : [{ short, flag, value, about }];
  });
}
