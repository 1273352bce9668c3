import { describe, expect, it } from 'vitest';
import { pick, random, whole } from '../../simulator/world/random.ts';
import {
  type DialogAction,
  type DialogAsks,
  type DialogState,
  dialogReducer,
  initialDialog,
  pressed,
} from './dialog-state.ts';

const YES: DialogAsks = { buttons: 1, reason: false };
const NAMED: DialogAsks = { buttons: 2, wanted: 'redis', reason: true };

const armed = (asks: DialogAsks) => dialogReducer(initialDialog(asks), { type: 'arm' });
const typed = (asks: DialogAsks, text: string, from = armed(asks)) =>
  [...text].reduce((state, char) => dialogReducer(state, { type: 'type', text: char, asks }), from);
const next = (asks: DialogAsks, state: DialogState) => dialogReducer(state, { type: 'focus', by: 1, asks });

describe('a dialog', () => {
  it('accepts no key before it is armed', () => {
    const early: DialogAction[] = [
      { type: 'focus', by: 1, asks: YES },
      { type: 'type', text: 'redis', asks: NAMED },
      { type: 'toggle', id: 'a' },
      { type: 'rub' },
    ];
    for (const asks of [YES, NAMED]) {
      const opened = initialDialog(asks);
      expect(early.reduce(dialogReducer, opened)).toBe(opened);
      expect(pressed(opened, asks)).toBeUndefined();
    }
  });

  it('has to be read again after it was hidden, and keeps the decisions', () => {
    const chosen = next(YES, armed(YES));
    const hidden = dialogReducer(chosen, { type: 'disarm' });
    expect(pressed(hidden, YES)).toBeUndefined();
    expect(pressed(dialogReducer(hidden, { type: 'arm' }), YES)).toBe(1);
  });

  it('defaults to Cancel until another button is chosen', () => {
    expect(pressed(armed(YES), YES)).toBe('cancel');
    expect(pressed(next(YES, armed(YES)), YES)).toBe(1);
    expect(pressed(next(YES, next(YES, armed(YES))), YES)).toBe('cancel');
  });

  it('with a name to type accepts only that name, and reports a wrong one', () => {
    expect(pressed(typed(NAMED, ''), NAMED)).toBe('cancel');
    expect(pressed(typed(NAMED, 'redi'), NAMED)).toBe('wrong');
    expect(pressed(typed(NAMED, 'Redis'), NAMED)).toBe('wrong');
    expect(pressed(typed(NAMED, 'redis'), NAMED)).toBe(1);
    expect(pressed(dialogReducer(typed(NAMED, 'redisx'), { type: 'rub' }), NAMED)).toBe(1);
    const wrong = dialogReducer(typed(NAMED, 'x'), { type: 'wrong' });
    expect(wrong.wrong).toBe(true);
    expect(typed(NAMED, 'y', wrong).wrong).toBe(false);
  });

  it('with a name to type can still reach the other buttons, and typing returns to the name', () => {
    const elsewhere = next(NAMED, armed(NAMED));
    expect(pressed(elsewhere, NAMED)).toBe(2);
    expect(pressed(typed(NAMED, 'r', elsewhere), NAMED)).toBe('wrong');
  });

  it('accepts a reason, whose letters are not part of the name', () => {
    const at = next(NAMED, next(NAMED, typed(NAMED, 'redis')));
    const said = typed(NAMED, 'out of memory', at);
    expect([said.reason, said.typed]).toEqual(['out of memory', 'redis']);
    expect(pressed(said, NAMED)).toBe('home');
    expect(pressed(dialogReducer(said, { type: 'home', asks: NAMED }), NAMED)).toBe(1);
    expect(dialogReducer(said, { type: 'rub' }).reason).toBe('out of memor');
  });
});

const SEED = 20_261_128;
const KEYS = 200_000;
const TYPED = ['tab', 'enter', 'enter', ' ', 'r', 'edi', 's', 'backspace', 'redis'] as const;

it(`confirms only a choice made after it was armed, whatever the keys (seed ${SEED}, ${KEYS} keys)`, () => {
  const chance = random('dialog', SEED);
  let confirmed = 0;
  for (let keys = 0; keys < KEYS; ) {
    const asks = chance() < 0.5 ? YES : NAMED;
    const early = whole(chance, 0, 8);
    const burst = Array.from({ length: 1 + early + whole(chance, 0, 12) }, () => pick(chance, TYPED));
    keys += burst.length;
    const answered = answer(burst, early, asks);
    if (answered === undefined) continue;
    confirmed += 1;
    expect(answered, burst.join(' ')).toBeGreaterThanOrEqual(early);
    expect(consents(burst.slice(early, answered), asks), burst.join(' ')).toBe(true);
  }
  // Else nothing was tried.
  expect(confirmed).toBeGreaterThan(500);
});

/** The place of the key that confirmed; undefined: none did. The dialog is armed after `early` keys. */
function answer(burst: readonly string[], early: number, asks: DialogAsks): number | undefined {
  let state = initialDialog(asks);
  for (const [index, key] of burst.entries()) {
    if (index === early) state = dialogReducer(state, { type: 'arm' });
    const means = key === 'enter' ? pressed(state, asks) : undefined;
    if (means === 1) return index;
    if (means === 'cancel' || means === 2) return undefined;
    if (means === 'home') state = dialogReducer(state, { type: 'home', asks });
    if (key !== 'enter') state = dialogReducer(state, actionOf(key, asks));
  }
  return undefined;
}

function actionOf(key: string, asks: DialogAsks): DialogAction {
  if (key === 'tab') return { type: 'focus', by: 1, asks };
  return key === 'backspace' ? { type: 'rub' } : { type: 'type', text: key, asks };
}

/** By the keys alone, those since the dialog was armed: they chose the button, or typed the name to its last letter. */
function consents(keys: readonly string[], asks: DialogAsks): boolean {
  if (asks.wanted === undefined) return keys.filter((key) => key === 'tab').length % 2 === 1;
  const letters = keys.filter((key) => key !== 'tab' && key !== 'enter' && key !== 'backspace').join('');
  return /r.*e.*d.*i.*s/.test(letters);
}
