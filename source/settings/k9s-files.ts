import * as v from 'valibot';
import { described, text } from './kinds.ts';

/** Sections that may stand in files of their own, in the form that k9s gives them. */

export const Aliases = v.record(v.pipe(v.string(), v.regex(/^[^\s/:]+$/, 'an alias is one word')), text);

export const Hotkeys = v.record(
  v.string(),
  v.strictObject({
    shortCut: described('The key, such as `shift-1`, `ctrl-t` or `f5`.', text),
    description: v.optional(described('One line for the help.', v.string()), ''),
    command: described('The command, as typed after `:`.', text),
    override: v.optional(described('Takes the key away from what has it.', v.boolean())),
    keepHistory: v.optional(described('Accepted from files of k9s: every view is in the history.', v.boolean())),
  }),
);

export const TableViews = v.record(
  v.string(),
  v.strictObject({
    columns: v.optional(
      described(
        'Its columns in order; all others are in the wide form. Behind `|`: `W` only in the wide form, `S` always, `H` never, `R` right and `L` left aligned. `TEAM:.labels.com\\.acme\\.team` is a label.',
        v.array(text),
      ),
    ),
    sortColumn: v.optional(
      described(
        'Column and direction, such as `CPU:desc`.',
        v.pipe(v.string(), v.regex(/^.+:(asc|desc)$/, 'must be a column and its direction, such as CPU:desc')),
      ),
    ),
  }),
);

/** How tables look, by their name; behind `@` a project or glob. */
export type TableViews = v.InferOutput<typeof TableViews>;
