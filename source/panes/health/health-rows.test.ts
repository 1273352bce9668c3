import { describe, expect, it } from 'vitest';
import { container, event, exited, NOON, probed, SECOND } from '../../../test/builders/facts.ts';
import { exness, maricusco, nanoarb } from '../../../test/incidents/stacks.ts';
import { INCIDENTS } from '../../../test/incidents/table.ts';
import type { Step } from '../../desk/advice-words.ts';
import { Deriver } from '../../desk/derive.ts';
import type { Service } from '../../desk/model.ts';
import { initialState, reduceAll } from '../../desk/reduce.ts';
import type { DeskMessage } from '../../desk/state.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { containerId, engineId, serviceId } from '../../lib/ids.ts';
import { width as widthOf } from '../../lib/text.ts';
import { createTheme } from '../../ui/theme.ts';
import { allGroups } from '../registry.ts';
import { keyOf, WAYS } from '../shared/advice.ts';
import { type HealthView, healthRows } from './health-rows.ts';

const BOUND = new Map(allGroups.map((group) => [group.name, group]));

const theme = createTheme({ level: 0, ascii: false });

type Pane = Partial<Pick<HealthView, 'desk' | 'unfolded' | 'height' | 'width' | 'theme'>> & { service?: string };

/** The rows for a service (by name) of a desk that was messages all this. */
function rows(containers: readonly ContainerFacts[], messages: readonly DeskMessage[], pane: Pane = {}): string[] {
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'containers', at: NOON, containers },
    ...messages,
    { type: 'tick', now: NOON },
  ]);
  const desk = new Deriver().derive(state);
  const service = desk.services.find(({ name }) => name === pane.service);
  const shown = pane.theme ?? theme;
  const world = { state, desk, glyph: shown.glyph };
  return healthRows({ world, theme: shown, bound: BOUND, width: 200, desk: false, unfolded: false, ...pane, service });
}

/** Advice with `step` where the pane shows a key, or a command. */
function asShown(advice: RegExp): RegExp {
  return new RegExp(
    advice.source.replace(/`([\w-]+)`/g, (_, step: Step) => {
      const { binding = '', command } = WAYS[step];
      const key = keyOf(binding, BOUND);
      return key === undefined ? (command?.('', {} as Service) ?? '') : `<${key}>`;
    }),
  );
}

const text = (...given: Parameters<typeof rows>) => rows(...given).join('\n');

describe.each(INCIDENTS)(
  'the health pane in incident $name',
  ({ stack, messages = [], service, reason, advice, blocks = [] }) => {
    const containers = Object.values(stack);

    it('says of the cause what is wrong, what to do and what it blocks', () => {
      const said = text(containers, messages, { service });
      expect(said).toMatch(reason);
      const sentences = ['; ', '; then '].map((joint) => said.replace(/\n THEN +/, joint));
      expect(
        sentences.some((sentence) => asShown(advice).test(sentence)),
        said,
      ).toBe(true);
      if (blocks.length > 0) expect(said).toContain(`BLOCKS ${blocks.length}: ${blocks.join(', ')}`);
      expect(said).not.toContain('elsewhere');
    });

    it('says of everything else that there is one cause elsewhere', () => {
      const bystander = container('bystander');
      const said = rows([...containers, bystander], messages, { service: 'bystander' });
      expect(said[1]).toMatch(new RegExp(`elsewhere: 1 other problem \\(.*${service} (down|degraded)\\)`));
      expect(said[1]?.includes('blocks')).toBe(blocks.length > 0);
    });

    it('is messages whole on the desk, and unfolded symptom by symptom', () => {
      const said = text(containers, messages, { desk: true, unfolded: true });
      expect(said).toContain(`1 cause, ${blocks.length} symptom`);
      for (const name of blocks) expect(said).toMatch(new RegExp(`└ .* ${name} `));
    });

    it.each([20, 38, 50, 78])('is wrapped to %i cells when it is a sentence', (width) => {
      const said = rows(containers, messages, { service, width });
      const sentences = said.filter((row) => /(DO|BLOCKS|down|degraded)/.test(row) && !/[│✓]/.test(row));
      for (const row of sentences) expect(widthOf(row)).toBeLessThanOrEqual(width);
    });
  },
);

const WITH_SYMPTOMS = INCIDENTS.filter(({ blocks = [] }) => blocks.length > 0);

describe.each(WITH_SYMPTOMS)('a symptom of incident $name', ({ stack, messages = [], service, blocks = [] }) => {
  it('says the cause first, then itself with how it is known', () => {
    const said = rows(Object.values(stack), messages, { service: blocks[0] });
    expect(said[0]).toMatch(new RegExp(`^ [✖▲] ${service} `));
    const own = said.findIndex((row) => row.startsWith(` └ `));
    expect(own).toBeGreaterThan(0);
    expect(said[own]).toContain(`${blocks[0]} `);
    expect(said.slice(own).join(' ')).toContain('from ');
  });
});

describe('a small pane', () => {
  const migrate = INCIDENTS.find(({ service }) => service === 'db-migrate');
  const { stack = {}, messages = [] } = migrate ?? {};

  it('has the cause, what to do, what it blocks and the service itself in seven rows of fifty cells', () => {
    const said = rows(Object.values(stack), messages, { service: 'backend', height: 7, width: 50 }).slice(0, 7);
    expect(said.join('\n')).toMatch(
      /db-migrate down: job failed[\s\S]*DO {5}:logs exness\/db-migrate [\s\S]*…\n BLOCKS 6: backend, .*…\n └ ✖ backend down/,
    );
    for (const row of said) expect(widthOf(row)).toBeLessThanOrEqual(50);
  });
});

describe('a healthy service', () => {
  const stack = Object.values(nanoarb());

  it('shows its verdict, its health check and last probes, in few rows', () => {
    const said = rows(stack, [], { service: 'nanoarb' });
    expect(said[0]).toBe(' ● healthy, for 1h (since 11:00:00)');
    expect(said[1]).toBe(' Docker says healthy, next probe due 12:00:30');
    expect(said[2]).toMatch(/^ ✓ 11:59:59 exit 0 +100ms ok$/);
    expect(said.filter((row) => row.startsWith(' ✓'))).toHaveLength(5);
    expect(said.slice(-2)).toEqual([
      ' check: curl -f http://localhost:9090/health || exit 1',
      ' every 30s, timeout 10s, 3 retries, start period 5s',
    ]);
  });

  it('says plainly that nothing is wrong on the desk', () => {
    expect(text(stack, [], { desk: true })).toMatch(/^ ● /);
    expect(text(stack, [], { desk: true })).not.toContain('cause');
  });

  it('does not repeat the log that stands next to it', () => {
    const lines: DeskMessage = { type: 'lines', id: containerId('id-nanoarb-engine'), at: NOON, lines: ['Tick 100'] };
    expect(text(stack, [lines], { service: 'nanoarb' })).not.toContain('Tick');
  });
});

describe('own probes', () => {
  const owner = serviceId('compose:docker/nanoarb');
  const url = 'http://127.0.0.1:9090/health';
  const messages = (probe: object): DeskMessage => ({
    type: 'probe',
    serviceId: owner,
    probe: { url, at: NOON, ...probe },
  });

  it('stand below Docker’s view where both agree', () => {
    const said = text(
      Object.values(nanoarb()),
      [messages({ status: 200, latencyMs: 3, body: '{"status":"ok"}', guessed: true })],
      {
        service: 'nanoarb',
      },
    );
    expect(said).toMatch(
      /probed by deskhand:\n ✓ 12:00:00 HTTP 200 3ms http:.*health \{"status":"ok"\} \(address guessed\)$/,
    );
    expect(said).not.toContain('disagree');
  });

  it('stand first when they disagree', () => {
    const said = rows(Object.values(nanoarb()), [messages({ error: 'connection refused' })], { service: 'nanoarb' });
    const at = said.indexOf(' probed by deskhand:');
    expect(said[at + 1]).toBe(' Docker says healthy, but it fails from outside');
    expect(said[at + 2]).toBe(` ✖ 12:00:00 connection refused ${url} `);
    expect(at).toBeLessThan(said.findIndex((row) => row.includes('Docker says healthy, next probe')));
  });
});

describe('a dead container', () => {
  const { redis } = exness();
  const dead = exited(redis as ContainerFacts, 137, { at: NOON - 90 * SECOND, oomKilled: true });
  const lines = Array.from({ length: 20 }, (_, n) => `line ${n}`);
  const messages: DeskMessage = { type: 'lines', id: dead.id, at: NOON, lines };

  it('shows its last lines before all details, the newest of them when there is little room', () => {
    const all = rows([dead], [messages], { service: 'redis' });
    expect(all.filter((row) => row.startsWith(' │ line'))).toHaveLength(20);
    const few = rows([dead], [messages], { service: 'redis', height: 8 });
    const shown = few.slice(0, 8);
    expect(shown.filter((row) => row.startsWith(' │'))).toEqual(lines.slice(-(7 - 2 - 2)).map((line) => ` │ ${line}`));
  });

  it('counts lines that repeat themselves', () => {
    const repeated: DeskMessage = { ...messages, lines: ['start', 'panic', 'panic', 'panic'] };
    expect(text([dead], [repeated], { service: 'redis' })).toContain('│ start\n │ panic (3 times)');
  });

  it('says when it ended, after how long, and whether it comes back', () => {
    expect(text([dead], [], { service: 'redis' })).toContain('ended at 11:58:30, after 58m, restart policy no');
  });
});

describe('what Docker forgets', () => {
  const { redis } = maricusco();
  const facts = redis as ContainerFacts;
  const messages = (action: string, at: number, attributes = {}): DeskMessage => ({
    type: 'event',
    event: event(facts, action, at, attributes),
  });

  it('is remembered: exits, deaths for memory, health changes', () => {
    const said = text(
      [probed(facts, 'healthy', { exitCode: 0, output: '' })],
      [
        messages('oom', NOON - 300 * SECOND),
        messages('die', NOON - 300 * SECOND, { exitCode: '137' }),
        messages('start', NOON - 299 * SECOND),
        messages('health_status: unhealthy', NOON - 200 * SECOND),
        messages('health_status: healthy', NOON - 100 * SECOND),
      ],
      { service: 'redis' },
    );
    expect(said).toContain('earlier, from engine events:\n 11:55:00 ended: exit 137, out of memory (limit 1GiB)');
    expect(said).toContain('11:55:00 out of memory, 1 in all');
    expect(said).toContain('health: 11:56:40 unhealthy, 11:58:20 healthy');
  });
});

describe('the health pane', () => {
  const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u202eevil\u009b31m\nsecond';

  it('obeys nothing that containers say', () => {
    const name = `x${HOSTILE}`;
    const healthCheck = { test: ['CMD-SHELL', HOSTILE], interval: 0, timeout: 0, startPeriod: 0, retries: 0 };
    const probes = [{ start: NOON, end: NOON, exitCode: 1, output: HOSTILE }];
    const facts = container(name, {
      health: 'unhealthy',
      status: HOSTILE,
      detail: {
        healthCheck,
        probes,
        failingStreak: 1,
        error: HOSTILE,
        restartPolicy: { name: HOSTILE, maximumRetries: 0 },
      },
    });
    const id = `container:${name}`;
    const messages: DeskMessage[] = [
      { type: 'lines', id: facts.id, at: NOON, lines: [HOSTILE] },
      {
        type: 'probe',
        serviceId: serviceId(id),
        probe: { url: `http://${HOSTILE}`, at: NOON, error: HOSTILE, body: HOSTILE },
      },
    ];
    for (const state of ['running', 'exited', 'created', 'dead'] as const)
      for (const desk of [true, false]) {
        const said = rows([{ ...facts, state, exitCode: 1 }], messages, { service: name, desk, unfolded: true });
        for (const row of said)
          expect(row.replace(/\u001b\[[\d;]*m/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      }
  });

  it('masks secrets in the health check and in what its probes say', () => {
    const healthCheck = {
      test: ['CMD-SHELL', 'redis-cli -a hunter2 ping'],
      interval: 0,
      timeout: 0,
      startPeriod: 0,
      retries: 0,
    };
    const probes = [{ start: NOON, end: NOON, exitCode: 1, output: 'PASSWORD=hunter2 refused' }];
    const said = text([container('x', { health: 'unhealthy', detail: { healthCheck, probes } })], [], {
      service: 'x',
    });
    expect(said).not.toContain('hunter2');
    expect(said).toContain('check: redis-cli -a ********');
  });

  it('draws what is missing as unknown: no detail, no health, no times', () => {
    const bare = container('x', { health: 'unknown', detail: null, status: 'Up 3 hours' });
    expect(text([bare], [], { service: 'x' })).toMatch(
      /\? unknown: running; the engine does not say its health[\s\S]*Up 3 hours/,
    );
    expect(text([{ ...bare, state: 'unknown' }], [], { service: 'x' })).toContain('the engine does not say its state');
  });

  it('uses no character outside ASCII when none is wanted', () => {
    const ascii = createTheme({ level: 0, ascii: true });
    for (const { stack, messages = [], service } of INCIDENTS)
      for (const desk of [true, false])
        expect(text(Object.values(stack), messages, { service, desk, unfolded: true, theme: ascii })).toMatch(
          /^[\n -~]*$/,
        );
  });
});
