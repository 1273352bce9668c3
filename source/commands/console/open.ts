import type { ConsoleOptions } from './console.tsx';

/** Runs the console; Ink, React and all that draws are loaded here, for no other command. */
export async function openConsole(options: ConsoleOptions): Promise<number> {
  const { runConsole } = await import('./console.tsx');
  return runConsole(options);
}
