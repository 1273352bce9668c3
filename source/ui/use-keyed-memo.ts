import { useState } from 'react';
import { shallowEqual } from '../lib/equal.ts';

/** As useMemo, for a value whose key is not the same as what it is made from: kept until a part of the key is another. */
export function useKeyedMemo<T>(key: readonly unknown[], make: () => T): T {
  const [cell] = useState<{ kept?: { key: readonly unknown[]; value: T } }>({});
  if (!cell.kept || !shallowEqual(key, cell.kept.key)) {
    cell.kept = { key, value: make() };
  }
  return cell.kept.value;
}
