import { useState } from 'react';
import { shallowEqual } from '../lib/equal.ts';

/** Like useMemo, for a value whose key differs from its inputs: kept until a part of the key changes. */
export function useKeyedMemo<T>(key: readonly unknown[], make: () => T): T {
  const [cell] = useState<{ kept?: { key: readonly unknown[]; value: T } }>({});
  if (!cell.kept || !shallowEqual(key, cell.kept.key)) {
    cell.kept = { key, value: make() };
  }
  return cell.kept.value;
}
