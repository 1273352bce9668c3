import { createContext, useContext } from 'react';

/** Values that panes remember between openings, by name. Belongs to the running console. */
export type Memory = Map<string, unknown>;

export const MemoryContext = createContext<Memory | undefined>(undefined);

/** A value that outlives its component: the value and its setter. */
export function useMemory<Value>(name: string, initial: Value): { recall(): Value; keep(value: Value): void } {
  const memory = useContext(MemoryContext);
  return {
    recall: () => (memory?.get(name) as Value | undefined) ?? initial,
    keep: (value) => void memory?.set(name, value),
  };
}
