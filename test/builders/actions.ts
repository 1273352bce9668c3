import type { Action, Plan, PlanInput, Refusal, Target } from '../../source/actions/action.ts';
import type { Audit } from '../../source/actions/audit/file.ts';
import type { AuditRecord } from '../../source/actions/audit/record.ts';
import type { GuardInput } from '../../source/actions/guard.ts';
import type { Desk } from '../../source/desk/model.ts';
import type { DeskState } from '../../source/desk/state.ts';
import { type Engine, type EngineChanges, EngineError } from '../../source/engine/engine.ts';
import type { ContainerFacts } from '../../source/engine/facts.ts';

/** The plan of an action on a desk, or its refusal: tests read the fields of the one they expect. */
export function planOf(
  action: Action,
  { desk, state }: { desk: Desk; state: DeskState },
  target: Target,
  { settings = {}, parameters = {}, facts }: Partial<Pick<PlanInput, 'settings' | 'parameters' | 'facts'>> = {},
): Plan & Refusal {
  return action.plan({ desk, state, target, settings, parameters, facts }) as Plan & Refusal;
}

/** An engine of containers that tests change at will; only the calls given in `calls` do anything. */
export function fakeEngine(
  containers: Map<string, ContainerFacts>,
  calls: Partial<Engine & EngineChanges>,
): Engine & EngineChanges {
  const read: Partial<Engine> = {
    id: 'fake',
    async container(id) {
      const found = containers.get(id);
      if (found === undefined) throw new EngineError('not-found', `no such container: ${id}`, '', { status: 404 });
      return found;
    },
  };
  return new Proxy({} as Engine & EngineChanges, {
    get: (_target, name) =>
      Reflect.get({ ...read, ...calls }, name) ??
      (() => Promise.reject(new Error(`the fake engine has no ${String(name)}`))),
  });
}

/** An audit log in memory. */
export function memoryAudit(): Audit & { records: AuditRecord[] } {
  const records: AuditRecord[] = [];
  return {
    path: 'memory',
    records,
    async append(record) {
      records.push(record);
    },
  };
}

export const openGuard: GuardInput = { readonly: false, markets: [], conditions: [], now: 0, metric: () => undefined };
