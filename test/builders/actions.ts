import type { Action, Plan, PlanInput, Refusal, RunContext, Target } from '../../source/actions/action.ts';
import type { Audit } from '../../source/actions/audit/file.ts';
import type { AuditRecord } from '../../source/actions/audit/record.ts';
import type { GuardInput } from '../../source/actions/guard.ts';
import type { ActionTools } from '../../source/actions/host-tools.ts';
import { backupStore } from '../../source/backup/store.ts';
import { ComposeProblem } from '../../source/compose/project.ts';
import type { Desk } from '../../source/desk/model.ts';
import type { DeskState } from '../../source/desk/state.ts';

/** The plan of an action on a desk, or its refusal: tests read the fields of the one they expect. */
export function planOf(
  action: Action,
  { desk, state }: { desk: Desk; state: DeskState },
  target: Target,
  { settings = {}, parameters = {}, facts }: Partial<Pick<PlanInput, 'settings' | 'parameters' | 'facts'>> = {},
): Plan & Refusal {
  return action.plan({ desk, state, target, settings, parameters, facts }) as Plan & Refusal;
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

export const openGuard: GuardInput = {
  readonly: false,
  markets: [],
  conditions: [],
  now: 0,
  metric: () => ({ known: false, why: 'not read' }),
};

const none = () => Promise.reject(new ComposeProblem('There is no compose CLI.', 'Install one.'));

/** A machine without a compose CLI. */
export const noTools: ActionTools = {
  runHere: () => Promise.reject(new Error('no program runs in this test')),
  request: () => Promise.reject(new Error('nothing is asked in this test')),
  compose: { find: none, run: none },
  backups: backupStore({}),
  docker: none,
  backupDirectory: '/nowhere',
  backupPlace: '/nowhere',
  logBytes: async () => undefined,
  stateDirectory: '/nowhere',
  wallTime: () => 0,
};

/** Of the context of an action that is on its own: it plans no other one. */
export const alone: Pick<RunContext, 'observe' | 'perform'> = {
  observe: () => Promise.reject(new Error('nothing is observed in this test')),
  perform: () => Promise.reject(new Error('no other action is done in this test')),
};
