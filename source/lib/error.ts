/** The message of an error; anything else that was thrown, as text. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The message of an error and, if it has one (EngineError), the `advice` on what to do next. */
export function errorWithAdvice(error: unknown): string {
  const advice = error instanceof Error && 'advice' in error ? String(error.advice) : '';
  const message = errorMessage(error);
  if (advice === '') return message;
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${advice}`;
}

/** Whether a system call failed with this code: ENOENT, EEXIST, … */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
