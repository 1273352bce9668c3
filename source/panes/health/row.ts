import { wrapAnsi } from 'fast-wrap-ansi';
import type { Service } from '../../desk/model.ts';
import type { World } from '../../resources/resource.ts';
import { safe } from '../../ui/text.ts';
import type { Theme } from '../../ui/theme.ts';

/** What rows are made of: the desk, how it is painted, and how many cells a row has. */
export type Sheet = { world: World; theme: Theme; width: number };

/** Styled text as rows, the second and later ones indented. */
export function wrapped(text: string, width: number, indent = 2): string[] {
  const room = Math.max(8, width - indent);
  return wrapAnsi(text, room)
    .split('\n')
    .map((line, index) => (index === 0 ? line : ' '.repeat(indent) + line));
}

/** `redis` beside a service of the same project, else `exness/redis`. */
export function nameBeside({ name, project }: Service, other: Service | undefined): string {
  return safe(project === undefined || project === other?.project ? name : `${project}/${name}`);
}

/** Keys that a sentence puts into backticks, as keys are written on the screen: `t` becomes <t>. */
export function withKeys(sentence: string, theme: Theme): string {
  return safe(sentence).replace(/`([^`]+)`/g, (_, key: string) =>
    theme.paint('key', key.startsWith(':') ? key : `<${key}>`),
  );
}
