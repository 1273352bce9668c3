import { explainError, explainExit } from './exit.ts';

/** Why a Swarm task failed or cannot run, in words, from Swarm's message; empty if nothing is wrong. */
export function taskErrorWords(error: string): string {
  const exit = taskExit(error);
  if (exit === undefined) return error === '' ? '' : explainError(placementWords(error));
  const why = exit.cause === '' ? '' : `: ${exit.cause}`;
  // Swarm does not say what killed it.
  const killed = why === '' ? 'exit 137, killed: out of memory, kill -9 or a stop that timed out' : 'exit 137, killed';
  const words = exit.code === 137 ? killed : explainExit({ exitCode: exit.code, error: '', oomKilled: false }).words;
  return words + why;
}

/** The exit in `task: non-zero exit (3): dockerexec: …`. */
export function taskExit(error: string): { code: number; cause: string } | undefined {
  const [, code, cause = ''] = /^task: non-zero exit \((\d+)\)(?:: (?:dockerexec: )?(.*))?$/s.exec(error) ?? [];
  return code === undefined ? undefined : { code: Number(code), cause };
}

/** Why no node accepts it, shorter than Swarm's message. */
function placementWords(error: string): string {
  const [, why] = /^no suitable node \((.*)\)$/s.exec(error) ?? [];
  if (why === undefined) return error;
  return `no node fits: ${why.replace('scheduling constraints not satisfied', 'constraints not met')}`;
}
