import { createContext, useContext } from 'react';

/** What panes remember from one time they are opened to the next, by name. It belongs to the running console. */
export type Memory = Map<string, unknown>;

export const MemoryContext = createContext<Memory | undefined>(undefined);

/** A value that outlives the component that set it: reads it, and keeps another. */
export function useMemory<Value>(name: string, initial: Value): { recall(): Value; keep(value: Value): void } {
  const memory = useContext(MemoryContext);
  return {
    recall: () => (memory?.get(name) as Value | undefined) ?? initial,
    keep: (value) => void memory?.set(name, value),
  };
}
