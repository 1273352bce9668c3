import { suggestionFor } from '../lib/suggestion.ts';
import { keyNamed, noKey } from './input/key-names.ts';

/**
 * Key bindings as values. One definition is read by the key handler, the hints in the header, the help screen and the
 * documentation; the settings rebind them by id.
 */

/** A binding: `hint` is the short text in the header (empty: not shown), `help` the sentence in `?`. */
export type Binding = {
  keys: readonly string[];
  hint: string;
  help: string;
  mutates?: true;
  /** Means the row under the cursor, or the marked ones: an empty table has no use for it. */
  onRow?: true;
  /** Asks the engine something. */
  asks?: true;
  /** What a turn of the wheel does as well. Never by its id: `up` is an action in one group. */
  wheel?: 'up' | 'down';
};

/** Related bindings, by id: `services.restart` is `group.bindings.restart` of the group named services. */
export type KeyGroup<Id extends string = string> = {
  name: string;
  title: string;
  bindings: Readonly<Record<Id, Binding>>;
};

/** Defines a group; keeps the ids as literal types, so that handlers are type-checked. */
export function keyGroup<const Id extends string>(
  name: string,
  title: string,
  bindings: Readonly<Record<Id, Binding>>,
): KeyGroup<Id> {
  return { name, title, bindings };
}

const MOTION = {
  up: { keys: ['up', 'k'], help: 'up' },
  down: { keys: ['down', 'j'], help: 'down' },
  pageUp: { keys: ['pgup', 'ctrl-b'], help: 'page up' },
  pageDown: { keys: ['pgdn', 'ctrl-f'], help: 'page down' },
  first: { keys: ['g', 'home'], help: 'to the top' },
  last: { keys: ['shift-g', 'end'], help: 'to the bottom' },
} as const;

type Motion = keyof typeof MOTION;

/** The motion bindings, the same in everything that scrolls; `words`: their help texts. */
export function motion(words: Partial<Record<Motion, string>> = {}): Record<Motion, Binding> {
  const bound = (id: Motion): Binding => ({ keys: MOTION[id].keys, hint: '', help: words[id] ?? MOTION[id].help });
  return {
    up: { ...bound('up'), wheel: 'up' },
    down: { ...bound('down'), wheel: 'down' },
    pageUp: bound('pageUp'),
    pageDown: bound('pageDown'),
    first: bound('first'),
    last: bound('last'),
  };
}

/** Handlers by id. A handler that returns false passes the key to the layer below. */
export type Handlers<Id extends string = string> = Partial<Record<Id, (key: string) => unknown>>;

/** Keys by `group.id`, from the settings: replaces the keys of that binding. */
export type KeyOverrides = Readonly<Record<string, readonly string[]>>;

/** Errors of bindings, by `group.id`. */
export type BindingTrouble = { binding: string; text: string };

/** Applies the settings to the groups. Errors name unknown bindings and keys, and keys with two meanings in one group. */
export function rebind(
  groups: readonly KeyGroup[],
  overrides: KeyOverrides,
): { groups: KeyGroup[]; errors: BindingTrouble[] } {
  const known = groups.flatMap((group) => Object.keys(group.bindings).map((id) => `${group.name}.${id}`));
  const errors: BindingTrouble[] = Object.entries(overrides).flatMap(([binding, keys]) => [
    ...(known.includes(binding)
      ? []
      : [{ binding, text: `there is no binding "${binding}".${suggestionFor(binding, known)}` }]),
    ...keys.filter((key) => keyNamed(key) === undefined).map((key) => ({ binding, text: noKey(key) })),
  ]);
  const changed = groups.map((group) => {
    const bindings = Object.fromEntries(
      Object.entries(group.bindings).map(([id, binding]) => [
        id,
        { ...binding, keys: overrides[`${group.name}.${id}`]?.map((key) => keyNamed(key) ?? key) ?? binding.keys },
      ]),
    );
    errors.push(...clashes(group.name, bindings, overrides));
    return { ...group, bindings };
  });
  return { groups: changed, errors };
}

function clashes(
  group: string,
  bindings: Readonly<Record<string, Binding>>,
  overrides: KeyOverrides,
): BindingTrouble[] {
  const owner = new Map<string, string>();
  const errors: BindingTrouble[] = [];
  for (const [id, { keys }] of Object.entries(bindings)) {
    for (const key of keys) {
      const other = owner.get(key);
      const names = [`${group}.${other}`, `${group}.${id}`];
      const set = names.find((name) => overrides[name]?.some((one) => keyNamed(one) === key));
      if (other !== undefined)
        errors.push({ binding: set ?? names[1] ?? '', text: `${key} means both ${names.join(' and ')}` });
      owner.set(key, id);
    }
  }
  return errors;
}
