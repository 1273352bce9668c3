import type Docker from 'dockerode';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { POLITE } from '../actions/real.ts';
import { describeEngine } from '../engine/require-engine.ts';
import type { Terminal } from '../harness/terminal.ts';
import { command, row } from './console.ts';
import {
  answer,
  cancelRunning,
  type Ground,
  openGround,
  recordOf,
  refusals,
  showContainers,
  stateOf,
} from './ground.ts';

/** Actions through the built program on a real engine: the state before, the keys, the dialog, the state after, the record. */
describeEngine('an action', () => {
  let ground: Ground;
  let worker: readonly [Docker.Container, Docker.Container];
  let cache: Docker.Container;
  beforeAll(async () => {
    ground = await openGround({ change: { worker: { replicas: 2, health: 'test -f /tmp/ready', script: READY } } });
    const { containers } = ground.stack;
    worker = [containers.worker, containers['worker-2']] as [Docker.Container, Docker.Container];
    cache = containers.cache as Docker.Container;
  });
  afterAll(() => ground?.end());
  beforeEach(async () => {
    for (const container of Object.values(ground.stack.containers)) await container.start().catch(() => {});
  });

  /** Puts the cursor on a service of the stack, alone on the screen. */
  async function select(terminal: Terminal, service: string): Promise<void> {
    terminal.type(`/^(trading/)?${service}(?![-\\w])\r`);
    await terminal.waitFor((screen) => screen.includes('[1/') && row(screen, service) !== '');
  }

  it('restarts a service after its plan was shown and confirmed', async () => {
    const before = await stateOf(cache);
    const terminal = await ground.open();
    await select(terminal, 'cache');
    terminal.press('r');
    const dialog = await answer(terminal, 'Restart');
    expect(dialog).toMatch(/Restart trading\/cache \(1 container\)/);
    expect(dialog).toMatch(/api \(service_started\), worker \(service_started\) depend on cache/);
    expect(dialog).toContain('after 10 s SIGKILL');
    await terminal.waitFor(/restart trading\/cache: running again after/);
    const after = await stateOf(cache);
    expect(after.status).toBe('running');
    expect(after.startedAt).not.toBe(before.startedAt);
    const { begin, end } = recordOf(terminal, 'restart');
    expect(begin).toMatchObject({ danger: 2, answer: { kind: 'confirmed' }, plan: { name: 'trading/cache' } });
    expect(end).toMatchObject({ ok: true, steps: [{ object: 'trading-cache-1', ok: true }] });
  });

  it('acts once when its key and its answer are pressed twice', async () => {
    const terminal = await ground.open();
    await select(terminal, 'cache');
    const starts = countStarts(ground.docker, cache.id);
    terminal.type('rr');
    await terminal.waitFor('> Cancel <');
    terminal.press('tab');
    await terminal.waitFor('> Restart <');
    terminal.press('enter', 'enter');
    await terminal.waitFor(/restart trading\/cache: running again after/);
    expect(await starts.stop()).toBe(1);
  });

  it('rolls over replicas one at a time, each when the one before is healthy', async () => {
    const before = await Promise.all(worker.map(stateOf));
    const terminal = await ground.open();
    await select(terminal, 'worker');
    terminal.press('r');
    await terminal.waitFor('> Cancel <');
    terminal.press('tab', 'tab');
    await terminal.waitFor('> Rolling … <');
    terminal.press('enter');
    await terminal.waitFor(/Rolling restart/i);
    await answer(terminal, 'Rolling restart');
    await terminal.waitFor(/rolling-restart trading\/worker: 2 of 2 ok/, { timeoutMs: 30_000 });
    const [first, second] = await Promise.all(worker.map(stateOf));
    expect([first?.status, second?.status]).toEqual(['running', 'running']);
    expect(first?.startedAt).not.toBe(before[0]?.startedAt);
    // Its health check passes a second after its start at the earliest.
    expect(Date.parse(second?.startedAt ?? '') - Date.parse(first?.startedAt ?? '')).toBeGreaterThan(1000);
    expect(recordOf(terminal, 'rolling-restart').end).toMatchObject({ ok: true });
  });

  it('keeps running when one goes back, and is cancelled by its own key between its steps, and reports what was left alone', async () => {
    const before = await Promise.all(worker.map(stateOf));
    const terminal = await ground.open();
    command(terminal, 'rolling-restart trading/worker');
    await answer(terminal, 'Rolling restart');
    await terminal.waitFor(/trading-worker-1: running, health starting/);
    terminal.press('?');
    await terminal.waitFor('Help');
    terminal.press('esc');
    await terminal.waitFor('Services(');
    await cancelRunning(terminal);
    await terminal.waitFor(/rolling-restart trading\/worker: cancelled[\s\S]*left alone:\s+trading-worker-2/);
    const after = await Promise.all(worker.map(stateOf));
    expect(after[0]?.startedAt).not.toBe(before[0]?.startedAt);
    expect(after[1]?.startedAt).toBe(before[1]?.startedAt);
    expect(recordOf(terminal, 'rolling-restart').end).toMatchObject({ cancelled: true, ok: false });
  });

  it('asks before the program quits while it runs, and records its end when it does', async () => {
    const terminal = await ground.open();
    command(terminal, 'rolling-restart trading/worker');
    await answer(terminal, 'Rolling restart');
    await terminal.waitFor(/trading-worker-1: running, health starting/);
    terminal.press('ctrl-c');
    const question = await terminal.waitFor('Quit deskhand?');
    expect(question).toMatch(/Under way: .*trading\/worker/);
    terminal.press('ctrl-c');
    expect((await terminal.exited).code).toBe(0);
    expect(recordOf(terminal, 'rolling-restart').end).toMatchObject({ cancelled: true });
  });

  it('stops what runs and starts what is down with the same key', async () => {
    const terminal = await ground.open();
    await select(terminal, 'cache');
    terminal.press('t');
    expect(await answer(terminal, 'Stop')).toContain('Stop trading/cache (1 container)');
    await terminal.waitFor(/stop trading\/cache: stopped after/);
    expect((await stateOf(cache)).status).toBe('exited');
    await terminal.waitFor((screen) => /○|✖/.test(row(screen, 'cache')));
    terminal.press('t');
    expect(await answer(terminal, 'Start')).toContain('Start trading/cache (1 container)');
    await terminal.waitFor(/start trading\/cache: running after/);
    expect((await stateOf(cache)).status).toBe('running');
    expect(recordOf(terminal, 'stop').end).toMatchObject({ ok: true });
    expect(recordOf(terminal, 'start').end).toMatchObject({ ok: true });
  });

  it('kills, when that was confirmed', async () => {
    const terminal = await ground.open();
    await select(terminal, 'cache');
    terminal.press('ctrl-k');
    expect(await answer(terminal, 'Kill')).toContain('SIGKILL at once');
    await terminal.waitFor(/kill trading\/cache: stopped after .*137/);
    expect(await stateOf(cache)).toMatchObject({ status: 'exited' });
    expect(recordOf(terminal, 'kill')).toMatchObject({ begin: { danger: 2 }, end: { ok: true } });
  });

  it('removes a container only when its name was typed', async () => {
    const doomed = await ground.run('doomed', POLITE);
    const terminal = await ground.open();
    await showContainers(terminal, '^doomed');
    terminal.press('ctrl-d');
    await terminal.waitFor(/Type doomed/);
    // Without the name, enter is a no.
    terminal.press('enter');
    await terminal.waitFor((screen) => !screen.includes('Type doomed'));
    terminal.press('ctrl-d');
    await terminal.waitFor(/Type doomed/);
    terminal.type('doomd\r');
    await terminal.waitFor('doomd');
    expect((await stateOf(doomed)).status).toBe('running');
    for (let n = 0; n < 5; n++) terminal.press('backspace');
    terminal.type('doomed');
    await terminal.waitFor(/> doomed/);
    terminal.press('enter');
    await terminal.waitFor(/remove doomed: gone after/);
    await expect(doomed.inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect(recordOf(terminal, 'remove').begin).toMatchObject({ danger: 3, answer: { kind: 'typed', text: 'doomed' } });
  });

  it('acts on all marked, and says how many of them a filter hides', async () => {
    const marked = await Promise.all(['mark-a', 'mark-b', 'mark-c'].map((name) => ground.run(name, POLITE)));
    const terminal = await ground.open();
    await showContainers(terminal, '^mark-', 3);
    terminal.press('space', 'space');
    await terminal.waitFor((screen) => screen.match(/\*.{0,3}mark-/g)?.length === 2);
    command(terminal, 'desk');
    await terminal.waitFor('Services(');
    terminal.press('-');
    await terminal.waitFor('mark-c');
    terminal.type('/');
    await terminal.waitFor(/^\//m);
    terminal.press('ctrl-u');
    terminal.type('mark-[bc]\r');
    await terminal.waitFor('</mark-[bc]>');
    terminal.press('t');
    const dialog = await terminal.waitFor(/Type 2 marked/);
    terminal.type('2 marked');
    await terminal.waitFor(/> 2 marked/);
    terminal.press('enter');
    expect(dialog).toContain('Stop 2 marked (2 containers)');
    expect(dialog).toContain('1 of the 2 marked rows are hidden by the filter.');
    await terminal.waitFor(/stop 2 marked: 2 of 2 ok after .*mark-a/);
    expect((await Promise.all(marked.map(stateOf))).map(({ status }) => status)).toEqual([
      'exited',
      'exited',
      'running',
    ]);
  });

  it('starts or stops by what is marked, not by the row under the cursor', async () => {
    const up = await ground.run('pair-up', POLITE);
    const down = await ground.run('pair-xdown', 'exit 0');
    await down.wait();
    const terminal = await ground.open();
    await showContainers(terminal, '^pair-', 2);
    await terminal.waitFor(/pair-xdown .*exit 0/);
    // By name, from the top; marking moves the cursor on, to the one that is down.
    terminal.press('shift-n');
    await terminal.waitFor(/pair-up[\s\S]*pair-xdown/);
    terminal.press('g', 'space', 't');
    expect(await answer(terminal, 'Stop')).toContain('pair-up');
    await terminal.waitFor(/stop 1 marked: stopped after/);
    expect((await stateOf(up)).status).toBe('exited');
  });

  it('means the row that its key was pressed on, whatever moves', async () => {
    const aim = await ground.run('target-m', POLITE);
    const terminal = await ground.open();
    await showContainers(terminal, '^target-');
    terminal.press('ctrl-k');
    await terminal.waitFor(/Kill \(SIGKILL\) target-m/);
    const other = await ground.run('target-a', POLITE);
    await terminal.waitFor('target-a');
    await answer(terminal, 'Kill');
    await terminal.waitFor(/kill target-m: stopped after/);
    expect([(await stateOf(aim)).status, (await stateOf(other)).status]).toEqual(['exited', 'running']);
  });

  it('is refused when its container was removed under the dialog', async () => {
    const gone = await ground.run('goner', POLITE);
    const terminal = await ground.open();
    await showContainers(terminal, '^goner');
    terminal.press('r');
    await terminal.waitFor('> Cancel <');
    await gone.remove({ force: true });
    await answer(terminal, 'Restart');
    await terminal.waitFor(/restart goner refused: goner has been removed since the plan was shown/);
    expect(recordOf(terminal, 'restart').end).toMatchObject({ ok: false, steps: [] });
  });

  it('is asked again when its container was started again under the dialog', async () => {
    const terminal = await ground.open();
    await select(terminal, 'cache');
    terminal.press('r');
    await terminal.waitFor('> Cancel <');
    await cache.restart({ t: 1 });
    const { startedAt } = await stateOf(cache);
    await answer(terminal, 'Restart');
    await terminal.waitFor(/trading-cache-1 was started again since the plan was shown: this is the plan as of now/);
    expect(await stateOf(cache)).toEqual({ status: 'running', startedAt });
    expect(recordOf(terminal, 'restart').end).toMatchObject({ ok: false, steps: [] });
    await answer(terminal, 'Restart');
    await terminal.waitFor(/restart trading\/cache: running again/);
    expect((await stateOf(cache)).startedAt).not.toBe(startedAt);
  });

  it('waits for :arm when the console is read-only, and for no longer', async () => {
    const before = await stateOf(cache);
    const terminal = await ground.open(['--readonly']);
    await terminal.waitFor(/read-only/i);
    await select(terminal, 'cache');
    const refused = { r: 'restart', t: 'stop', s: 'scale', 'ctrl-k': 'kill', 'ctrl-d': 'remove' } as const;
    for (const [key, action] of Object.entries(refused)) {
      terminal.press(key);
      const screen = await terminal.waitFor(`${action} trading/cache refused: the console is read-only.`);
      expect(screen).toContain(':arm 10m');
      expect(screen).not.toContain('Cancel');
    }
    // A key held down is one refusal.
    for (let press = 0; press < 5; press += 1) terminal.press('ctrl-d');
    terminal.press('ctrl-r');
    await terminal.waitFor('Refreshing');
    command(terminal, 'restart trading/cache');
    await terminal.waitFor('restart trading/cache refused: the console is read-only.');
    expect(await stateOf(cache)).toEqual(before);
    expect(refusals(terminal).map(({ action, name }) => `${action} ${name}`)).toEqual(
      [...Object.values(refused), 'restart'].map((action) => `${action} trading/cache`),
    );

    command(terminal, 'arm 2h');
    await terminal.waitFor(/armed/i);
    terminal.press('r');
    await answer(terminal, 'Restart');
    await terminal.waitFor(/restart trading\/cache: running again/);
    command(terminal, 'arm off');
    await terminal.waitFor('Read-only again');
    terminal.press('r');
    await terminal.waitFor('the console is read-only.');
  });
});

/** Healthy three seconds after its start, and polite. */
const READY = `rm -f /tmp/ready; (sleep 3; touch /tmp/ready) & ${POLITE}`;

/** Counts the starts of a container from now on. */
function countStarts(docker: Docker, id: string): { stop(): Promise<number> } {
  const since = Math.floor(Date.now() / 1000);
  return {
    async stop() {
      const until = Math.floor(Date.now() / 1000) + 1;
      const filters = JSON.stringify({ container: [id], event: ['start'] });
      const stream = await docker.getEvents({ since, until, filters });
      let text = '';
      for await (const chunk of stream) text += chunk;
      return text.split('\n').filter(Boolean).length;
    },
  };
}
