/** What the state of a container (running, paused, restarting, exited, …) says about it. */
type Container = { readonly state: string };

/** The states in which a container is up, as its operator means it: it runs, is paused, or comes back by itself. */
export const UP: ReadonlySet<'running' | 'paused' | 'restarting'> = new Set(['running', 'paused', 'restarting']);

/** Whether it is up: a stop would change something. */
export function isUp(container: Container): boolean {
  return (UP as ReadonlySet<string>).has(container.state);
}

/** Whether it has a process now, at work or frozen: it holds memory and an address. */
export function hasProcess({ state }: Container): boolean {
  return state === 'running' || state === 'paused';
}
