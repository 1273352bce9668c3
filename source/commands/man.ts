import { GENERAL_OPTIONS, optionsIn } from './help-options.ts';
import type { Helps } from './helps.ts';

/** The manual page, made from the help of the commands (man(7) macros). Pure. */
export function manPage(helps: Helps, version: string): string {
  const commands = Object.entries(helps);
  return `${[
    `.TH DESKHAND 1 "" ${quoted(`deskhand ${version}`)} "User Commands"`,
    '.SH NAME',
    'deskhand \\- operations console for containerised trading stacks',
    '.SH SYNOPSIS',
    ...commands.flatMap(([, { usage }]) => [`.B ${escaped(usage)}`, '.br']),
    '.SH DESCRIPTION',
    text(
      'Shows services, health, logs and metrics of a Docker host in one terminal, and restarts, scales, deploys, backs up and prunes them.',
    ),
    text(
      'Every action is planned first, verified afterwards and recorded. Inside, ? shows the keys and ctrl-a the commands.',
    ),
    '.SH OPTIONS OF EVERY COMMAND',
    ...options(GENERAL_OPTIONS),
    '.SH COMMANDS',
    ...commands.flatMap(([, { usage, summary, options: own, examples }]) => [
      `.SS ${quoted(usage)}`,
      text(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
      ...options(own),
      ...examples.flatMap(([line, about]) => [
        '.PP',
        text(`${about}:`),
        '.PP',
        '.RS',
        '.nf',
        escaped(line),
        '.fi',
        '.RE',
      ]),
    ]),
    '.SH EXIT STATUS',
    text(
      '0: done or ok. 1 to 3: see the command. 64: invalid command line. 70: an error inside deskhand. 78: invalid settings.',
    ),
    '.SH FILES',
    ...tagged('~/.config/deskhand/config.yaml', 'Settings.'),
    ...tagged('~/.local/state/deskhand/audit.jsonl', 'The audit log.'),
    '.SH SEE ALSO',
    '.BR docker (1)',
  ].join('\n')}\n`;
}

function options(lines: readonly string[]): string[] {
  return optionsIn(lines).flatMap(({ short, flag, value, about }) => {
    const names = `${short ? `-${short}, ` : ''}--${flag}${value ? ` ${value}` : ''}`;
    return tagged(names, `${about.charAt(0).toUpperCase()}${about.slice(1)}.`);
  });
}

function tagged(tag: string, about: string): string[] {
  return ['.TP', `.B ${escaped(tag)}`, text(about)];
}

/** Minus signs that stay minus signs, and no backslash that means anything. */
function escaped(line: string): string {
  return line.replaceAll('\\', '\\e').replaceAll('-', '\\-');
}

/** A line of text: one that begins with . or ' would be a request. */
function text(line: string): string {
  return escaped(line).replace(/^[.']/, '\\&$&');
}

function quoted(line: string): string {
  return `"${escaped(line).replaceAll('"', '\\(dq')}"`;
}
