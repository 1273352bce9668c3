/** Properties of a log line, as bits. */
export const FLAGS = {
  stderr: 1,
  /** From a container with a TTY: stdout and stderr are one. */
  tty: 2,
  /** Cut at the limit; the text ends with a note of how much is missing. */
  cut: 4,
  /** The engine gave no time; the line has the time of the previous one. */
  unstamped: 8,
  /** Not a line of the program, but a note of deskhand or the engine about the stream. */
  note: 16,
} as const;
