import { SettingsSchema } from './schema.ts';

/** What can be set: the settings as a list, read from their one definition. */

export type SettingEntry = {
  /** Keys from the outside in; `NAME` stands for a name the user gives, `[]` for each entry of a list. */
  path: readonly string[];
  /** In words, such as `number from 1 to 3600`. */
  type: string;
  /** What holds where it is not set; undefined where nothing does. */
  otherwise: unknown;
  about: string;
  /** It holds other settings. */
  section: boolean;
};

type Schema = {
  type: string;
  wrapped?: Schema;
  default?: unknown;
  entries?: Readonly<Record<string, Schema>>;
  value?: Schema;
  item?: Schema;
  options?: readonly (Schema | string)[];
  pipe?: readonly Step[];
};

type Step = Schema & { requirement?: unknown; description?: string };

/** All settings in the order of their definition, sections before what they hold. */
export function settingEntries(): SettingEntry[] {
  return entriesOf(SettingsSchema as unknown as Schema, [], new Map());
}

type Seen = Map<Schema, string>;

function entriesOf({ entries = {} }: Schema, path: readonly string[], seen: Seen): SettingEntry[] {
  return Object.entries(entries).flatMap(([key, schema]) => {
    const unwrapped = schema.wrapped ?? schema;
    const at = [...path, key];
    const same = seen.get(core(unwrapped));
    const about = [descriptionOf(unwrapped), ...(same === undefined ? [] : [`As \`${same}\`.`])].join(' ');
    const held = same === undefined ? heldBy(unwrapped, at, seen) : [];
    const section = same !== undefined || held.length > 0;
    return [{ path: at, type: typeText(unwrapped), otherwise: schema.default, about, section }, ...held];
  });
}

/** What is held by a list or a record of sections, without the limits on the list itself. */
function core(schema: Schema): Schema {
  const [first] = schema.pipe ?? [];
  if (first && first !== schema) return core(first);
  return schema.item ?? schema.value ?? schema;
}

function stepsOf({ pipe = [] }: Schema): readonly Step[] {
  return pipe.flatMap((step) => [step, ...(step.pipe ? stepsOf(step) : [])]);
}

function descriptionOf(schema: Schema): string {
  return stepsOf(schema).find(({ type }) => type === 'description')?.description ?? '';
}

function heldBy(schema: Schema, path: readonly string[], seen: Seen): SettingEntry[] {
  if (schema.entries) return entriesOf(schema, path, seen);
  const inner = schema.value ?? schema.item;
  if (!inner) return [];
  const at = schema.value ? [...path, 'NAME'] : [...path.slice(0, -1), `${path.at(-1)}[]`];
  const held = heldBy(inner, at, seen);
  if (held.length > 0) seen.set(inner, path.join('.'));
  return held;
}

function typeText(schema: Schema): string {
  const { type, options = [], item, value } = schema;
  if (type === 'picklist') return options.map(String).join(', ');
  if (type === 'union') return options.map((one) => typeText(one as Schema)).join(' or ');
  if (type === 'array' && item) return item.entries ? 'list' : `list of ${typeText(item)}`;
  if (type === 'record' && value) return value.entries ? 'by name' : `${typeText(value)} by name`;
  if (type === 'strict_object') return 'section';
  if (type === 'boolean') return 'true or false';
  return type === 'number' ? numberText(schema) : 'text';
}

function numberText(schema: Schema): string {
  const steps = stepsOf(schema);
  const limit = (name: string) => steps.find(({ type }) => type === name)?.requirement;
  const kind = steps.some(({ type }) => type === 'integer') ? 'whole number' : 'number';
  const [least, most] = [limit('min_value'), limit('max_value')];
  return least === undefined ? kind : `${kind} from ${least} to ${most}`;
}
