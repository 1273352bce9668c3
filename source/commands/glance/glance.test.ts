import { describe, expect, it } from 'vitest';
import { compose, container, event, exited, MINUTE, NOON, neverStarted } from '../../../test/builders/facts.ts';
import { exness, trading } from '../../../test/incidents/stacks.ts';
import { Deriver } from '../../desk/derive.ts';
import { initialState, reduceAll } from '../../desk/reduce.ts';
import type { DeskMessage } from '../../desk/state.ts';
import { EngineError } from '../../engine/engine.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { containerId, engineId } from '../../lib/ids.ts';
import { createTheme } from '../../ui/theme.ts';
import { glanceLine, renderGlance } from './render.ts';
import { glanceReport } from './report.ts';

const plain = createTheme({ level: 0, ascii: false });
const ready: DeskMessage = { type: 'connection', connection: { state: 'ready', since: NOON } };

function reportOf(containers: readonly ContainerFacts[], more: readonly DeskMessage[] = [], project?: string) {
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    ready,
    { type: 'containers', at: NOON, containers },
    ...more,
  ]);
  return glanceReport(state, new Deriver().derive(state), { project });
}
function text(...args: Parameters<typeof reportOf>): string {
  return renderGlance(reportOf(...args), { theme: plain });
}

const migrated = exness();
const failedMigration: ContainerFacts[] = Object.entries(migrated).map(([name, facts]) => {
  if (name === 'db-migrate') return exited(facts, 1, { at: NOON - 10 * MINUTE });
  return ['backend', 'engine', 'web'].includes(name) ? neverStarted(facts) : facts;
});

describe('the glance', () => {
  it('shows one cause with its symptoms under it, and the next step', () => {
    expect(
      text(failedMigration, [
        { type: 'lines', id: containerId('id-exness-db-migrate'), at: NOON, lines: ['Error: P1001', ''] },
      ]),
    ).toBe(
      [
        '✖ DOWN desk, 15 services: 4 down: db-migrate: job failed: exit 1: Error: P1001',
        '  ✖ exness  down      4 down, 11 ok',
        '',
        '✖ exness/db-migrate  down for 10m  job failed: exit 1: Error: P1001',
        '    next: "docker logs --tail 100 exness-db-migrate" shows why db-migrate failed; fix it, then start it again with "deskhand run start exness/db-migrate"; then start backend, engine, web with "deskhand run start exness"; check dbstorage, prisma-studio, snap-shotting after',
        '    blocks 3: backend, engine, web',
        '    └ ✖ backend  not started  (depends_on db-migrate (service_completed_successfully))',
        '    └ ✖ engine  not started  (depends_on db-migrate (service_completed_successfully))',
        '    └ ✖ web  not started  (depends_on db-migrate (service_completed_successfully))',
        '',
      ].join('\n'),
    );
  });

  it('ends with 0 ok, 1 degraded, 2 down, 3 not reachable', () => {
    const all = Object.values(migrated);
    const why = new EngineError('no-socket', 'No socket at /var/run/docker.sock', 'Is the engine running?');
    const lost: DeskMessage = {
      type: 'connection',
      connection: { state: 'lost', since: NOON, why, attempt: 2, nextTry: NOON },
    };
    expect(reportOf(all).exit).toBe(0);
    const unhealthy = { ...container('a'), health: 'unhealthy' as const };
    expect(reportOf([...all, unhealthy]).exit).toBe(1);
    expect(reportOf(failedMigration).exit).toBe(2);
    const report = reportOf(all, [lost]);
    expect(report.exit).toBe(3);
    expect(renderGlance(report, { theme: plain })).toContain(
      'No socket at /var/run/docker.sock\n  Is the engine running?',
    );
    expect(glanceLine(report, { theme: plain })).toBe('? engine not reachable: No socket at /var/run/docker.sock');
    const silent = initialState(NOON, engineId('fake'));
    expect(glanceReport(silent, new Deriver().derive(silent)).exit).toBe(3);
  });

  it('looks at one project only when asked, and says when there is none such', () => {
    const both = [...Object.values(trading()), ...failedMigration];
    expect(reportOf(both, [], 'trading').exit).toBe(0);
    expect(reportOf(both, [], 'trading').services.map((one) => one.name)).toEqual(['api', 'cache', 'db', 'worker']);
    const missing = reportOf(both, [], 'tradnig');
    expect(missing.exit).toBe(2);
    expect(missing.verdict.reason).toBe('no container of project tradnig exists');
  });

  it('says nothing with --quiet while all is well, and only the trouble otherwise', () => {
    expect(renderGlance(reportOf(Object.values(migrated)), { theme: plain, quiet: true })).toBe('');
    expect(renderGlance(reportOf(failedMigration), { theme: plain, quiet: true })).not.toContain('11 ok');
  });

  it('fits on one line for a status bar', () => {
    expect(glanceLine(reportOf(failedMigration), { theme: plain })).toBe(
      '✖ DOWN exness/db-migrate: job failed: exit 1',
    );
    expect(glanceLine(reportOf(Object.values(migrated)), { theme: plain })).toBe('● OK 14 ok, 1 done');
    expect(glanceLine(reportOf(failedMigration), { theme: plain, columns: 20 })).toBe('✖ DOWN exness/db-mi…');
  });

  it('cuts lines to the terminal and lets no control sequence through', () => {
    const evil = exited(container('evil\u001b[2J\u0007\nx', { detail: { error: 'boom\u001b]0;title\u0007' } }), 1);
    const shown = text([evil]);
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    const cut = renderGlance(reportOf(failedMigration), { theme: plain, columns: 60 });
    expect(Math.max(...cut.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it('has a JSON of version 1 with causes, blocks and advice', () => {
    const report = JSON.parse(JSON.stringify(reportOf(failedMigration)));
    expect(report).toMatchObject({ schema: 1, at: '2026-01-15T12:00:00.000Z', exit: 2, engine: { reachable: true } });
    expect(report.projects).toEqual([
      expect.objectContaining({ name: 'exness', services: 15, levels: { ok: 11, down: 4 } }),
    ]);
    const backend = report.services.find((one: { name: string }) => one.name === 'backend');
    expect(backend).toMatchObject({
      id: 'compose:exness/backend',
      verdict: { level: 'down', code: 'blocked', since: '2026-01-15T11:50:00.000Z' },
      causes: [{ id: 'compose:exness/db-migrate', name: 'db-migrate' }],
    });
    const migrate = report.services.find((one: { name: string }) => one.name === 'db-migrate');
    expect(migrate.blocks).toEqual(['compose:exness/backend', 'compose:exness/engine', 'compose:exness/web']);
    expect(migrate.advice).toMatchObject({
      does: 'logs',
      text: expect.stringContaining('exness-db-migrate" shows why'),
    });
  });

  it('keeps the words of an event that Docker has forgotten', () => {
    const redis = exness().redis as ContainerFacts;
    const received = [
      { type: 'event' as const, event: event(redis, 'oom', NOON - 1000) },
      { type: 'event' as const, event: event(redis, 'die', NOON - 990, { exitCode: '137' }) },
      { type: 'event' as const, event: event(redis, 'start', NOON - 900) },
    ];
    expect(text([redis], received)).toContain('ran out of memory and was started again');
  });
});

it('shows one trouble of many services once, with what puts it right and a line for each', () => {
  const no = { restartPolicy: { name: 'no', maximumRetries: 0 } };
  const at = NOON - 3 * MINUTE;
  const left = ['redis', 'postgres'].map((name) => exited(compose('exness', name, { detail: no }), 0, { at }));
  const back = compose('exness', 'web', { detail: { startedAt: at + MINUTE, finishedAt: at } });
  expect(text([...left, back])).toBe(
    [
      '✖ DOWN desk, 3 services: 2 down: the engine or the host was restarted: 2 services did not come back',
      '  ✖ exness  down      2 down, 1 ok',
      '',
      '✖ the engine or the host was restarted: 2 services did not come back, 3m ago',
      '    next: "deskhand run start exness" starts exness, databases first',
      '    └ ✖ exness/postgres  ended with the engine or the host (exit 0)',
      '    └ ✖ exness/redis  ended with the engine or the host (exit 0)',
      '',
    ].join('\n'),
  );
});
