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

function burst(
  next: () => number,
  counts: Record<'keys' | 'early' | 'confirmed' | 'cancelled' | 'wrong', number>,
): void {
  const wanted = next() < 0.5 ? pick(next, NAMES) : undefined;
  const asks: DialogAsks = {
    buttons: whole(next, 1, 3),
    reason: next() < 0.5,
    ...(wanted === undefined ? {} : { wanted }),
  };
  const order = places(asks);
  let state = initialDialog(asks);
  let now = 0;
  const model: Model = { armed: false, shown: 0, focus: 0, typed: '', reason: '' };
  for (let key = 0; key < 40; key += 1) {
    now += whole(next, 0, 250);
    if (!model.armed && now >= armedAt(model)) {
      model.armed = true;
      state = dialogReducer(state, { type: 'arm' });
    }
    const pressedKey = pick(next, KEYS);
    counts.keys += 1;
    const before = state;
    if (pressedKey === 'hide') {
      Object.assign(model, { armed: false, shown: now, early: undefined });
      state = dialogReducer(state, { type: 'disarm' });
      continue;
    }
    if (!model.armed) {
      model.early = now;
      counts.early += 1;
    }
    if (pressedKey === 'enter') {
      const answer = pressed(state, asks);
      expect(answer).toBe(consented(model, order, wanted));
      if (answer === 'home') model.focus = 0;
      if (answer === 'home') state = dialogReducer(state, { type: 'home', asks });
      if (answer === 'wrong') counts.wrong += 1;
      if (answer !== 'cancel' && typeof answer !== 'number') continue;
      counts[answer === 'cancel' ? 'cancelled' : 'confirmed'] += 1;
      return;
    }
    for (const action of actionsOf(pressedKey, wanted ?? 'name', asks)) state = dialogReducer(state, action);
    if (!model.armed) expect(state).toEqual(before);
    else follow(model, pressedKey, order, wanted);
  }
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
