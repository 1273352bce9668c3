import { serviceName } from '../desk/identity.ts';
import type { Desk } from '../desk/model.ts';
import { ownerOf } from '../desk/owner.ts';
import { type Engine, EngineError } from '../engine/engine.ts';
import type { ContainerFacts, Hardening } from '../engine/facts.ts';
import { parseInspected } from '../engine/parse/parse-container.ts';
import { parseHardening } from '../engine/parse/parse-hardening.ts';
import { forEachLimited } from '../lib/limit.ts';
import { roleOf } from './model/role.ts';
import type { Subject } from './model/rule.ts';

/** Concurrent inspects: enough to be fast, few enough for the engine. */
const PARALLEL = 8;

export type Inspected = { facts: ContainerFacts; hardening: Hardening };

/** Inspects every container; one that was removed meanwhile is left out. Throws the EngineError of any other failure. */
export async function inspectAll(engine: Engine, signal?: AbortSignal): Promise<readonly Inspected[]> {
  const listed = await engine.containers({ signal });
  const found: Inspected[] = [];
  await forEachLimited(listed, PARALLEL, async ({ id }) => {
    const json = await engine.inspect('container', id, { signal }).catch((error: unknown) => {
      if (error instanceof EngineError && error.kind === 'not-found') return undefined;
      throw error;
    });
    if (json !== undefined) found.push({ facts: parseInspected(json), hardening: parseHardening(json) });
  });
  return found;
}

/** The settings of a service, by any of its names. */
export type ServiceHints = (service: { name: string; project?: string }) => { role?: string; stopTimeout?: number };

/** The containers as subjects of the rules: the desk knows which are jobs, the settings may know their role. */
export function subjectsOf(all: readonly Inspected[], desk: Desk, hints: ServiceHints): readonly Subject[] {
  return all.map(({ facts, hardening }) => {
    const service = ownerOf(desk, facts.id);
    const hint = service ? hints(service) : {};
    const job = service?.job ?? false;
    const name = service?.project === undefined ? facts.name : serviceName(service);
    return { facts, hardening, job, name, role: roleOf(facts, hint.role, job), stopTimeout: hint.stopTimeout };
  });
}
