/** What is known of a log line beside its text, as bits. */
export const FLAGS = {
  stderr: 1,
  /** From a container with a TTY: stdout and stderr are one. */
  tty: 2,
  /** Cut at the bound; the text ends in a note of how much is missing. */
  cut: 4,
  /** The engine gave no time; it carries the time of the line before. */
  unstamped: 8,
  /** Not a line of the program: deskhand or the engine says something about the stream. */
  note: 16,
} as const;
