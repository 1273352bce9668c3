import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProcedureState, readState, stateFile } from '../../source/actions/maintenance/state.ts';
import { allRunbooks } from '../../source/actions/runbook/shipped.ts';
import { glance } from '../../source/commands/glance/command.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { maintenanceNow } from '../../source/runtime/maintenance-watch.ts';
import { Procedures } from '../../source/settings/maintenance.ts';
import { Runbook } from '../../source/settings/runbooks.ts';
import { createTheme } from '../../source/ui/theme.ts';
import { openPlace, type Place, POLITE } from '../actions/real.ts';
import { runWords } from '../actions/run-words.ts';
import { until } from '../harness/until.ts';
import { describeEngine } from './require-engine.ts';

const CHILD = fileURLToPath(new URL('../actions/maintenance-child.ts', import.meta.url));
const HEALTHY = { Healthcheck: { Test: ['CMD', 'true'], Interval: 2e8, Timeout: 1e9, Retries: 3, StartPeriod: 0 } };

describeEngine('a maintenance procedure on the real engine', () => {
  let place: Place;
  let box: string;
  let project: string;
  beforeAll(async () => {
    place = await openPlace('maintenance');
    box = place.nameOf('box');
    project = place.nameOf('project');
    const labels = { 'com.docker.compose.project': project, 'com.docker.compose.service': 'box' };
    await place.run('box', POLITE, { ...HEALTHY, Labels: labels, HostConfig: { NetworkMode: 'none' } });
  });
  afterAll(() => place?.end());

  const procedure = (name: string, steps: readonly object[]) => ({ [name]: { steps, services: [`${project}/*`] } });

  async function go(
    name: string,
    steps: readonly object[],
    words: readonly string[] = [],
    ending = new AbortController(),
  ) {
    const runbooks = allRunbooks([v.parse(Runbook, { name: 'greet', exec: ['echo', 'hello'], danger: 0 })]);
    return runWords(place, ['maintenance', name, ...words], {
      yes: true,
      confirm: name,
      tools: { ...place.tools, stateDirectory: place.directory },
      settings: { maintenance: v.parse(Procedures, procedure(name, steps)), runbooks, stableMs: 500 },
      signal: ending.signal,
      onProgress: (line) => line.endsWith('wait 60s') && ending.abort(),
    });
  }
  const file = (name: string) => stateFile(place.directory, name, place.engine.id);
  const states = async (name: string) => (await readState(file(name)))?.steps.map((one) => one.state);
  const isRunning = async () => (await place.engine.container(box)).state === 'running';

  async function look(): Promise<{ exit: number; level: string; reason: string }> {
    const printed: string[] = [];
    const exit = await glance(
      { project, json: true },
      {
        engine: place.engine,
        clock: systemClock,
        theme: createTheme({ level: 0, ascii: true }),
        print: (text) => printed.push(text),
        maintenance: () => maintenanceNow(place.directory, place.engine.id, systemClock),
        signal: new AbortController().signal,
      },
    );
    const [{ verdict }] = JSON.parse(printed.join('')).services;
    return { exit, ...verdict };
  }

  it('does its steps in order, each with its own plan and record, and waits when a step asks', async () => {
    const steps = [
      { ask: 'Is the market closed?' },
      { notify: ['sh', '-c', 'echo "$DESKHAND_MAINTENANCE begins"'] },
      { runbook: 'greet', on: box },
      { stop: box },
      { start: box },
      { check: box },
    ];
    const first = await go('whole', steps);
    expect(first).toMatchObject({ code: 0, text: expect.stringContaining('step 1 of 6 asks: Is the market closed?') });
    expect(await states('whole')).toEqual(['waiting', ...Array(5).fill('pending')]);
    expect(statSync(file('whole')).mode & 0o777).toBe(0o600);

    const second = await go('whole', steps);
    expect(second.text).toContain('! You confirm: Is the market closed?');
    expect(second.text).toMatch(/4\. stop \S+ {2}Stop /);
    expect(second.text).toContain('whole begins');
    expect(second).toMatchObject({ code: 0, text: expect.stringContaining('all 6 steps are done') });
    const log = (await place.log()).map(({ line }) => (line.kind === 'begin' ? line.plan.action : ''));
    expect(log.filter(Boolean)).toEqual(['maintenance', 'maintenance', 'runbook', 'stop', 'start']);
    expect(await go('whole', steps, ['--abort'])).toMatchObject({
      code: 2,
      text: expect.stringContaining('it is not under way'),
    });
  });

  it('stops at a failure, is in maintenance meanwhile, and is aborted by its reverse steps', async () => {
    const steps = [{ stop: box }, { notify: ['false'] }, { start: box }];
    await until(look, ({ level }) => level === 'ok');
    expect(await go('failing', steps)).toMatchObject({ code: 1, text: expect.stringContaining('exit code 1') });
    expect(await look()).toMatchObject({
      exit: 0,
      level: 'maintenance',
      reason: expect.stringMatching(/^in maintenance \(failing, step 2 of 3: notify false\): /),
    });
    const again = await go('failing', steps);
    expect(again.text).toContain('Continue maintenance failing: step 2 of 3');
    const aborted = await go('failing', steps, ['--abort']);
    expect(aborted.text).toMatch(/4\. start /);
    expect(aborted).toMatchObject({ code: 0, text: expect.stringContaining('aborted; its reverse steps are done') });
    expect(await states('failing')).toEqual(['done', 'skipped', 'skipped', 'done']);
    expect(await isRunning()).toBe(true);
  });

  it('leaves a step out, and is cancelled between two steps', async () => {
    const steps = [{ notify: ['false'] }, { wait: '60s' }, { notify: ['true'] }];
    await go('skipping', steps);
    const cancelled = await go('skipping', steps, ['--skip']);
    expect(cancelled.code).toBe(1);
    expect(await states('skipping')).toEqual(['skipped', 'failed', 'pending']);
    expect(await go('skipping', steps, ['--skip'])).toMatchObject({ code: 0 });
    expect(await states('skipping')).toEqual(['skipped', 'skipped', 'done']);
  });

  it('continues after its console was killed in the middle of a step', async () => {
    const flag = join(place.directory, 'go-on');
    const waiting = ['sh', '-c', `while ! test -e ${flag}; do sleep 0.1; done`];
    const steps = [{ stop: box }, { notify: waiting }, { start: box }, { check: box }];
    const child = spawn(process.execPath, [CHILD, place.directory, JSON.stringify(procedure('weekly', steps))], {
      stdio: 'inherit',
    });
    const state = () => readState(file('weekly'));
    await until(state, (seen: ProcedureState | undefined) => seen?.steps[1]?.state === 'running');
    expect(await go('weekly', steps)).toMatchObject({
      code: 2,
      text: expect.stringContaining(`process ${child.pid} is running it`),
    });
    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(await isRunning()).toBe(false);
    expect(await look()).toMatchObject({ exit: 0, level: 'maintenance' });
    writeFileSync(flag, '');
    const resumed = await go('weekly', steps);
    expect(resumed.text).toContain('Continue maintenance weekly: step 2 of 4');
    expect(resumed.text).toMatch(/! "notify sh -c .*" was interrupted: it runs again\./);
    expect(resumed).toMatchObject({ code: 0, text: expect.stringContaining('all 4 steps are done') });
    expect(await look()).toMatchObject({ exit: 0, level: 'ok' });
  });

  it('is refused when it does not exist, or its file is damaged', async () => {
    expect(await go('other', [{ ask: 'x' }], [])).toMatchObject({ code: 0 });
    writeFileSync(file('other'), '{');
    expect(await go('other', [{ ask: 'x' }])).toMatchObject({
      code: 2,
      text: expect.stringContaining('cannot be read'),
    });
    const none = await runWords(place, ['maintenance', 'none'], { tools: place.tools, settings: {} });
    expect(none).toMatchObject({ code: 2, text: expect.stringContaining('there is no procedure "none"') });
  });
});
