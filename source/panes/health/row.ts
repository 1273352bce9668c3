import { serviceName } from '../../desk/identity.ts';
import type { Service } from '../../desk/model.ts';
import { fit, fitStyled, safe, width as widthOf, wrap } from '../../lib/text.ts';
import type { CellContext } from '../../resources/resource.ts';
import type { Theme } from '../../ui/theme.ts';
import type { BoundGroups } from '../shared/advice.ts';

/** The context of rows: the desk, the theme, and the width of a row. */
export type RowContext = {
  world: CellContext;
  theme: Theme;
  width: number;
  /** The current bindings: advice names their keys. */
  bound: BoundGroups;
  /** Most rows of one sentence if there is little room; undefined: as many as it needs. */
  most?: number;
};

const INDENT = 2;

type Room = Pick<RowContext, 'width' | 'theme' | 'most'>;

/** Styled text as rows, the second and later ones indented; cut after `most` rows. */
export function wrapped(text: string, room: Room): string[] {
  return indented(text, '', INDENT, room);
}

/** Width of the labels. */
const LABEL = 7;

/** A label, and styled text next to it as rows. */
export function labelled(label: string, text: string, room: Room): string[] {
  return indented(text, room.theme.paint('title', fit(label, LABEL)), LABEL, room);
}

/** `head` precedes the first row, and takes `indent` cells if it is not empty. */
function indented(text: string, head: string, indent: number, { width, theme, most }: Room): string[] {
  const cells = Math.max(8, width - indent);
  const lines = wrap(text, cells);
  const kept = most === undefined || lines.length <= most ? lines : lines.slice(0, most);
  const last = kept.length - 1;
  return kept.map((line, index) => {
    const whole = index < last || kept === lines ? line : cut(line, cells, theme.glyph('ellipsis'));
    return index === 0 ? head + whole : ' '.repeat(indent) + whole;
  });
}

function cut(line: string, room: number, ellipsis: string): string {
  return widthOf(line) < room ? line + ellipsis : fitStyled(`${line}.`, room, ellipsis);
}

/** `redis` next to a service of the same project, else `exness/redis`. */
export function nameBeside({ name, project }: Service, other: Service | undefined): string {
  return safe(project === other?.project ? name : serviceName({ name, project }));
}
