import { useInput, useWindowSize } from 'ink';
import { type ReactNode, useState } from 'react';
import type { CellContext } from '../../resources/resource.ts';
import { Boundary } from '../../ui/Boundary.tsx';
import { useServices } from '../shared/services.ts';

/** How often (ms) a part that could not be drawn is retried; at once for another service or view. */
const AGAIN_MS = 10_000;

export type GuardedProps = {
  name: string;
  /** The subject of the content: another subject is drawn independently. */
  about?: string;
  world: CellContext;
  width: number;
  height: number;
  children: ReactNode;
};

/** A part of the screen that fails on its own: the failure is reported and the rest keeps working. */
export function Guarded({ name, about, world, width, height, children }: GuardedProps) {
  const { messages } = useServices();
  const attempt = `${about ?? ''} ${Math.floor(world.state.now / AGAIN_MS)}`;
  const report = (where: string, error: unknown) => messages.report(where, error);
  return (
    <Boundary name={name} width={width} height={height} attempt={attempt} onError={report}>
      {children}
    </Boundary>
  );
}

/** The last resort: if even the frame around the panes cannot be drawn, the console says so and can be quit. */
export function GuardedConsole({ children }: { children: ReactNode }) {
  const { messages, store, quit } = useServices();
  const { columns, rows } = useWindowSize();
  const [failed, setFailed] = useState(false);
  const report = (where: string, error: unknown) => {
    messages.report(where, error);
    setFailed(true);
  };
  useInput((input, key) => (input === 'q' || (key.ctrl && input === 'c') ? quit() : undefined), { isActive: failed });
  return (
    <Boundary
      name="the console"
      advice="q quits."
      width={columns}
      height={rows}
      attempt={store.seen().connection}
      onError={report}
    >
      {children}
    </Boundary>
  );
}
