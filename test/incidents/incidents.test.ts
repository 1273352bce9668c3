import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../source/desk/advice.ts';
import { adviceText } from '../../source/desk/advice-words.ts';
import { Deriver } from '../../source/desk/derive.ts';
import { dependantsOf } from '../../source/desk/impact.ts';
import { initialState, reduceAll } from '../../source/desk/reduce.ts';
import { engineId, serviceId } from '../../source/lib/ids.ts';
import { NOON } from '../builders/facts.ts';
import { exness } from './stacks.ts';
import { INCIDENTS } from './table.ts';

describe.each(INCIDENTS)('incident $name', (incident) => {
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'containers', at: NOON, containers: Object.values(incident.stack) },
    ...(incident.messages ?? []),
    { type: 'tick', now: NOON },
  ]);
  const desk = new Deriver().derive(state);
  const service = desk.services.find((one) => one.name === incident.service);
  if (!service) throw new Error(`no service ${incident.service}`);
  const blocks = incident.blocks ?? [];

  it('is recognised, in words, with its since', () => {
    expect(service.verdict).toMatchObject({ level: incident.level, code: incident.code });
    expect(service.verdict.reason).toMatch(incident.reason);
    expect(service.verdict.since).toBe(incident.since);
    expect(service.cause).toBeUndefined();
  });

  it('is one cause with its symptoms folded under it, and nothing else is in trouble', () => {
    expect(service.blocks.map((id) => desk.byId.get(id)?.name)).toEqual(blocks);
    for (const name of blocks) {
      const symptom = desk.services.find((one) => one.name === name);
      expect(symptom?.cause, name).toMatchObject({ serviceId: service.id, name: service.name });
    }
    const first = desk.services.find((one) => one.name === blocks[0]);
    expect(first?.cause?.signal ?? '').toMatch(incident.signal ?? /^$/);
    const troubled = desk.services.filter((one) => one.verdict.level === 'degraded' || one.verdict.level === 'down');
    expect(troubled.map((one) => one.name).sort()).toEqual([incident.service, ...blocks].sort());
  });

  it('colours project and desk, and comes with the next step', () => {
    expect(desk.verdict.level).toBe(incident.level);
    expect(desk.verdict.reason).toContain(incident.service);
    expect(desk.projects.find((one) => one.name === service.project)?.verdict.level).toBe(incident.level);
    const advice = adviceFor(service, desk, state);
    expect(advice && adviceText(advice, (step) => `\`${step}\``)).toMatch(incident.advice);
    expect(advice?.does).toBe(incident.does);
  });
});

describe('incident 14 exness: an engine restart loses what it holds in memory', () => {
  it('shows who hangs on the engine before anyone restarts it', () => {
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      { type: 'containers', at: NOON, containers: Object.values(exness()) },
    ]);
    const desk = new Deriver().derive(state);
    expect(desk.verdict.level).toBe('ok');
    expect(dependantsOf(desk, serviceId('compose:exness/engine')).map((one) => one.name)).toEqual(['snap-shotting']);
    expect(
      dependantsOf(desk, serviceId('compose:exness/db-migrate'))
        .map((one) => one.name)
        .sort(),
    ).toEqual(['backend', 'dbstorage', 'engine', 'prisma-studio', 'snap-shotting', 'web']);
  });
});
