import type { CommandEnd } from '../engine/api/command.ts';

const REASONS: Readonly<Record<Exclude<CommandEnd['kind'], 'exited'>, (seconds: number, limit: number) => string>> = {
  timeout: (seconds) => `not finished within ${seconds} s`,
  cancelled: () => 'cancelled',
  flood: (_seconds, limit) => `more than ${limit / 1024} KiB of output`,
};

/** How a command in a container ended, within so many seconds and bytes of output. */
export function endText(end: CommandEnd, { seconds, limit }: { seconds: number; limit: number }): string {
  if (end.kind !== 'exited') {
    const fate = end.ended
      ? 'the command was ended'
      : 'the command could not be stopped and keeps running in the container';
    return `${REASONS[end.kind](seconds, limit)}: ${fate}`;
  }
  return end.exitCode === undefined ? 'the connection ended before the command' : `exit code ${end.exitCode}`;
}
