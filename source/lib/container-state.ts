/** Questions about a container's state (running, paused, restarting, exited, …). */
type Container = { readonly state: string };

/** The states that count as up: running, paused, or restarting by its policy. */
export const UP: ReadonlySet<'running' | 'paused' | 'restarting'> = new Set(['running', 'paused', 'restarting']);

/** Whether it is up, so that a stop would change something. */
export function isUp(container: Container): boolean {
  return (UP as ReadonlySet<string>).has(container.state);
}

/** Whether it currently has a process, running or paused, and so holds memory and an address. */
export function hasProcess({ state }: Container): boolean {
  return state === 'running' || state === 'paused';
}
