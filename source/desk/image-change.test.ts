import { describe, expect, it } from 'vitest';
import { compose, event, exited, MINUTE, NOON, probed, SECOND } from '../../test/builders/facts.ts';
import type { ContainerFacts, EngineEvent } from '../engine/facts.ts';
import { containerId, engineId, serviceId } from '../lib/ids.ts';
import { adviceFor } from './advice.ts';
import { adviceText } from './advice-words.ts';
import { Deriver } from './derive.ts';
import { initialState, reduceAll } from './reduce.ts';
import type { DeskMessage } from './state.ts';

const OLD = `sha256:${'a'.repeat(64)}`;
const NEW = `sha256:${'b'.repeat(64)}`;
const DEPLOYED = NOON - 2 * MINUTE;

const app = (over: Parameters<typeof compose>[2] = {}) => compose('m', 'app', { imageId: OLD, ...over });
const failing = (over: Parameters<typeof compose>[2] = {}) =>
  probed(
    app({ id: containerId('id-new'), imageId: NEW, created: DEPLOYED, detail: { startedAt: DEPLOYED }, ...over }),
    'unhealthy',
    { exitCode: 22, output: 'returned error: 503' },
    3,
  );
const tag = (name: string, at: number): EngineEvent => ({
  at,
  type: 'image',
  action: 'tag',
  id: NEW,
  name,
  attributes: { name },
});

function judged(...messages: DeskMessage[]) {
  const state = reduceAll(initialState(NOON, engineId('fake')), messages);
  const desk = new Deriver().derive(state);
  const service = desk.byId.get(serviceId('compose:m/app'));
  const advice = service && adviceFor(service, desk, state);
  return { verdict: service?.verdict, advice: advice && adviceText(advice, (step) => `<${step}>`) };
}
const list = (...containers: ContainerFacts[]): DeskMessage => ({ type: 'containers', at: NOON, containers });
const told = (...events: EngineEvent[]): DeskMessage[] => events.map((one) => ({ type: 'event', event: one }));

describe('a service that fails after its image changed', () => {
  it('names both images and how to go back if the console watched the change', () => {
    const { verdict, advice } = judged(list(app()), list(), list(failing()));
    expect(verdict?.reason).toMatch(
      /^unhealthy: probe HTTP 503; .* after a new image m\/app:1 \(aaaaaaaaaaaa → bbbbbbbbbbbb\)$/,
    );
    expect(advice).toBe(
      '<logs> shows why app fails with its new image; to go back: docker tag aaaaaaaaaaaa m/app:1, then <up>',
    );
  });

  it('is not blamed on a dependency that was already impaired while the previous image worked', () => {
    const needs = { dependsOn: 'chroma:service_started:false' };
    // One failed probe in every half minute: unhealthy for `streak - 3` of them.
    const chroma = (streak: number) =>
      probed(compose('m', 'chroma'), 'unhealthy', { exitCode: 22, output: 'returned error: 500' }, 5, streak);
    const adviceWith = (streak: number) =>
      judged(list(app(needs), chroma(streak)), list(chroma(streak)), list(failing(needs), chroma(streak))).advice;
    expect(adviceWith(25)).toContain('<logs> shows why app fails with its new image');
    expect(adviceWith(3)).toContain('fix chroma first');
  });

  it('reports a change known only from events: another name', () => {
    const gone = event(app({ image: 'm/app:0' }), 'destroy', DEPLOYED + SECOND);
    const { verdict, advice } = judged(list(failing()), ...told(event(failing(), 'create', DEPLOYED), gone));
    expect(verdict?.reason).toContain('after image m/app:0 → m/app:1');
    expect(advice).toContain('set its image to m/app:0 where it is defined, then <up>');
  });

  it('reports a change known only from events: the same name for another image', () => {
    const events = [
      tag('m/app:1', DEPLOYED - SECOND),
      event(failing(), 'create', DEPLOYED),
      event(app(), 'destroy', DEPLOYED + SECOND),
    ];
    expect(judged(list(failing()), ...told(...events)).verdict?.reason).toContain('after a new image m/app:1');
  });

  it('reports the change for an exited service', () => {
    const ended = exited(app({ id: containerId('id-new'), imageId: NEW, created: DEPLOYED }), 1, {
      at: DEPLOYED + SECOND,
    });
    expect(judged(list(app()), list(ended)).verdict?.reason).toContain('exit 1; 1s after a new image');
  });

  it.each<[string, DeskMessage[]]>([
    ['was created again with the same image', [list(app()), list(failing({ imageId: OLD }))]],
    [
      'was created again with the same name of the same image',
      [list(failing()), ...told(event(failing(), 'create', DEPLOYED), event(app(), 'destroy', DEPLOYED + SECOND))],
    ],
    [
      'got its image hours before',
      [
        list(app({ created: 0 })),
        list(failing({ created: NOON - 200 * MINUTE, detail: { startedAt: NOON - MINUTE } })),
      ],
    ],
  ])('does not blame the image where it %s', (_, messages) => {
    expect(judged(...messages).verdict?.reason).not.toContain('image');
  });

  it('does not blame the image for problems that explain themselves', () => {
    const paused = { ...app({ id: containerId('id-new'), imageId: NEW, created: DEPLOYED }), state: 'paused' as const };
    expect(judged(list(app()), list(paused)).verdict?.reason).not.toContain('image');
  });

  it('does not blame a restored image', () => {
    const back = failing({ id: containerId('id-back'), imageId: OLD, created: NOON - MINUTE });
    expect(judged(list(app()), list(failing()), list(back)).verdict?.reason).not.toContain('image');
  });

  it('remembers the change when further replicas with the new image follow', () => {
    const more = app({ id: containerId('id-2'), number: 2, imageId: NEW, created: DEPLOYED + SECOND });
    expect(judged(list(app()), list(failing()), list(failing(), more)).verdict?.reason).toContain('new image');
  });
});

it('identifies the newer of two containers created in the same second, although lists have whole seconds', () => {
  const before = app({ created: DEPLOYED + 900, imageId: OLD });
  const { verdict } = judged(list(before), list(failing({ created: DEPLOYED })));
  expect(verdict?.reason).toContain(`(${'a'.repeat(12)} → ${'b'.repeat(12)})`);
});
