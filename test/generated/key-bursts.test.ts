import { expect, it } from 'vitest';
import { pick, random, whole } from '../../source/simulator/world/random.ts';
import { type DialogAsks, dialogReducer, initialDialog, places, pressed } from '../../source/ui/dialog/dialog-state.ts';
import { ARMED_AFTER_MS, ARMED_AT_MOST_MS } from '../../source/ui/dialog/use-dialog.ts';

/**
 * Bursts of keys into dialogs that open among them. A model of its own keeps what the operator has consented to since the dialog could
 * be read: nothing else may ever be confirmed.
 */

const KEYS_AT_LEAST = 120_000;
const NAMES = ['chain', 'a', '2 marked', 'exness/redis', 'r'] as const;
const KEYS = [
  'tab',
  'shift-tab',
  'enter',
  'enter',
  'rub',
  'space',
  'down',
  'r',
  'name',
  'name',
  'paste',
  'hide',
] as const;

type Key = (typeof KEYS)[number];
type Model = { armed: boolean; shown: number; early?: number; focus: number; typed: string; reason: string };

it('confirms nothing but what was consented to after it could be read', () => {
  const seed = Number(process.env.DESKHAND_SEED ?? Date.now() % 2 ** 31);
  const next = random(seed);
  const counts = { keys: 0, dialogs: 0, early: 0, confirmed: 0, cancelled: 0, wrong: 0 };
  while (counts.keys < KEYS_AT_LEAST) {
    counts.dialogs += 1;
    burst(next, counts);
  }
  console.info(`key bursts: seed ${seed} ${JSON.stringify(counts)}`);
  expect(counts.confirmed).toBeGreaterThan(0);
  expect(counts.early).toBeGreaterThan(0);
});

type Counts = Record<'keys' | 'early' | 'confirmed' | 'cancelled' | 'wrong', number>;
type Asked = {
  asks: DialogAsks;
  order: readonly unknown[];
  wanted: string | undefined;
  state: ReturnType<typeof initialDialog>;
  model: Model;
};

function burst(next: () => number, counts: Counts): void {
  const asked = anyDialog(next);
  let now = 0;
  for (let index = 0; index < 40; index += 1) {
    now += whole(next, 0, 250);
    arm(asked, now);
    const key = pick(next, KEYS);
    counts.keys += 1;
    if (key === 'hide') {
      Object.assign(asked.model, { armed: false, shown: now, early: undefined });
      asked.state = dialogReducer(asked.state, { type: 'disarm' });
      continue;
    }
    if (!asked.model.armed) {
      asked.model.early = now;
      counts.early += 1;
    }
    if (key !== 'enter') press(asked, key);
    else if (hasEnded(asked, counts)) return;
  }
}

function anyDialog(next: () => number): Asked {
  const wanted = next() < 0.5 ? pick(next, NAMES) : undefined;
  const asks: DialogAsks = {
    buttons: whole(next, 1, 3),
    reason: next() < 0.5,
    ...(wanted === undefined ? {} : { wanted }),
  };
  const model: Model = { armed: false, shown: 0, focus: 0, typed: '', reason: '' };
  return { asks, order: places(asks), wanted, state: initialDialog(asks), model };
}

function arm(asked: Asked, now: number): void {
  if (asked.model.armed || now < armedAt(asked.model)) return;
  asked.model.armed = true;
  asked.state = dialogReducer(asked.state, { type: 'arm' });
}

/** Presses enter; true if that answered the dialog. */
function hasEnded(asked: Asked, counts: Counts): boolean {
  const { asks, model, order, wanted } = asked;
  const answer = pressed(asked.state, asks);
  expect(answer).toBe(consented(model, order, wanted));
  if (answer === 'home') {
    model.focus = 0;
    asked.state = dialogReducer(asked.state, { type: 'home', asks });
  }
  if (answer === 'wrong') counts.wrong += 1;
  if (answer !== 'cancel' && typeof answer !== 'number') return false;
  counts[answer === 'cancel' ? 'cancelled' : 'confirmed'] += 1;
  return true;
}

function press(asked: Asked, key: Key): void {
  const { asks, model, order, wanted, state: before } = asked;
  for (const action of actionsOf(key, wanted ?? 'name', asks)) asked.state = dialogReducer(asked.state, action);
  if (!model.armed) expect(asked.state).toEqual(before);
  else follow(model, key, order, wanted);
}

/** When it takes keys: a while without one, or at the latest so long after it was shown. */
function armedAt({ shown, early }: Model): number {
  if (early === undefined) return shown + ARMED_AFTER_MS;
  return Math.min(early + ARMED_AFTER_MS, shown + ARMED_AT_MOST_MS);
}

function actionsOf(key: Key, name: string, asks: DialogAsks): Parameters<typeof dialogReducer>[1][] {
  switch (key) {
    case 'tab':
      return [{ type: 'focus', by: 1, asks }];
    case 'shift-tab':
      return [{ type: 'focus', by: -1, asks }];
    case 'rub':
      return [{ type: 'rub' }];
    case 'down':
      return [{ type: 'move', by: 1, lines: 5, page: 3 }];
    case 'name':
      return [...name].map((text) => ({ type: 'type', text, asks }));
    case 'paste':
      return [{ type: 'type', text: `${name} x`, asks }];
    case 'space':
      return [{ type: 'toggle', id: 'one' }];
    default:
      return [{ type: 'type', text: key, asks }];
  }
}

/** What the operator has done, kept independently of the reducer. */
function follow(model: Model, key: Key, order: readonly unknown[], wanted: string | undefined): void {
  const text = { name: wanted ?? 'name', paste: `${wanted ?? 'name'} x`, r: 'r' }[key as 'name' | 'paste' | 'r'];
  if (key === 'tab') model.focus = (model.focus + 1) % order.length;
  else if (key === 'shift-tab') model.focus = (model.focus + order.length - 1) % order.length;
  else if (key === 'rub' && order[model.focus] === 'reason') model.reason = model.reason.slice(0, -1);
  else if (key === 'rub') model.typed = model.typed.slice(0, -1);
  else if (text !== undefined && order[model.focus] === 'reason') model.reason += text;
  else if (text !== undefined && wanted !== undefined) {
    model.typed += text;
    model.focus = order.indexOf('name');
  }
}

function consented({ armed, focus, typed }: Model, order: readonly unknown[], wanted: string | undefined): unknown {
  if (!armed) return undefined;
  const place = order[focus];
  if (place === 'reason') return 'home';
  if (place !== 'name') return place;
  return typed === '' ? 'cancel' : typed === wanted ? 1 : 'wrong';
}
