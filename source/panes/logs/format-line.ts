import type { LogLevel, Recognised } from '../../lib/log-line/recognise.ts';
import { epochMillis } from '../../lib/log-line/time.ts';
import { fit, fitMiddle, safe } from '../../lib/text.ts';
import { hitsIn, type LogFilter } from '../../logs/filter.ts';
import type { LineTexts, ShownLine } from '../../logs/line-texts.ts';
import type { LogView } from '../../logs/paging.ts';
import { PLAIN_STYLE, plainText, type Span } from '../../logs/spans.ts';
import type { Theme, Tone } from '../../ui/theme.ts';
import { highlighted, painted, piece, type TextPiece, widthOf, windowOf, wrapped } from './pieces.ts';
import { stampText } from './time-gutter.ts';

/** The options that decide how lines look. */
export type Look = {
  view: Pick<LogView, 'wrap' | 'left' | 'columnLock' | 'formatted' | 'mask' | 'stamps'>;
  /** Cells for a line, without the gutter. */
  width: number;
  /** Names of the sources by number; not shown if there is only one. */
  names: readonly string[];
  prefixed: boolean;
  filter?: LogFilter;
  /** The rules that highlight. */
  highlight?: readonly LogFilter[];
  /** IANA name, for exchange times. */
  zone?: string;
  theme: Theme;
};

const TONES: Readonly<Record<LogLevel, Tone | undefined>> = {
  trace: 'dim',
  debug: 'dim',
  info: undefined,
  warn: 'warn',
  error: 'bad',
  fatal: 'bad',
};

/** The rows of one line; several only when it wraps. `previous`: the line shown before it, for the time between them. */
export function formatLine(texts: LineTexts, line: number, previous: number | undefined, look: Look): string[] {
  const { view, width, theme } = look;
  const head = headOf(texts, line, previous, look);
  const headCells = widthOf(head.pieces);
  const room = Math.max(1, width - headCells);
  const body = bodyOf(texts, line, look);
  if (view.wrap) {
    const rows = wrapped(body, room);
    const indent = ' '.repeat(headCells);
    return rows.map((row, index) => (index === 0 ? head.text : indent) + painted(row, theme));
  }
  if (view.columnLock || view.left === 0) return [head.text + painted(cropped(body, view.left, room, theme), theme)];
  return [painted(cropped([...head.pieces, ...body], view.left, width, theme), theme)];
}

/** A window of a row, with a sign at each end that is cut. */
function cropped(pieces: readonly TextPiece[], left: number, cells: number, theme: Theme): TextPiece[] {
  const shown = windowOf(pieces, left, cells + 1);
  if (widthOf(shown) <= cells) return shown;
  return [...windowOf(pieces, left, cells - 1), piece(theme.glyph('ellipsis'), 'dim')];
}

function headOf(texts: LineTexts, line: number, previous: number | undefined, look: Look) {
  const { view, names, prefixed, theme, width } = look;
  const pieces: TextPiece[] = [];
  let text = '';
  if (view.stamps !== 'off') {
    const before = previous === undefined ? undefined : texts.buffer.time(previous);
    const stamp = piece(`${stampText(texts.buffer.time(line), view.stamps, before, look.zone)} `, 'dim');
    pieces.push(stamp);
    text += painted([stamp], theme);
  }
  if (prefixed) {
    const source = texts.source(line);
    const longest = Math.max(0, ...names.map((name) => name.length));
    const cells = Math.max(6, Math.min(longest, 24, Math.floor(width / 4)));
    const name = piece(`${fitMiddle(safe(names[source] ?? ''), cells, theme.glyph('ellipsis'))} `);
    pieces.push(name);
    text += theme.series(source, name.text);
  }
  return { pieces, text };
}

function bodyOf(texts: LineTexts, line: number, { view, filter, theme, highlight = [], names }: Look): TextPiece[] {
  if (texts.isNote(line))
    return [piece(`${theme.box.h.repeat(2)} ${texts.plain(line)} ${theme.box.h.repeat(2)}`, 'warn')];
  const shown = texts.shown(line, view.mask);
  const source = names[texts.source(line)];
  const own = view.formatted ? formattedPieces(shown, view.stamps === 'off') : rawPieces(shown);
  const body = highlight.filter((rule) => rule.test(shown.plain, source)).reduce(emphasised, own);
  return filter ? highlighted(body, hitsIn(filter, body.map(({ text }) => text).join(''))) : body;
}

/** Highlights the hits of a rule, or the whole line if it marks none. */
function emphasised(pieces: readonly TextPiece[], rule: LogFilter): TextPiece[] {
  const hits = hitsIn(rule, pieces.map(({ text }) => text).join(''));
  const tint = (part: TextPiece): TextPiece => ({ text: part.text, style: {}, tone: 'mark' });
  return hits.length > 0 ? highlighted(pieces, hits, tint) : pieces.map(tint);
}

function rawPieces({ spans, recognised: { level } }: ShownLine): TextPiece[] {
  return tinted(spans, level && TONES[level]);
}

/** The program's own colours, or where it has none ours. */
function tinted(spans: readonly Span[], tone: Tone | undefined): TextPiece[] {
  const ownColours = spans.some(({ style }) => style !== PLAIN_STYLE);
  return spans.map((span): TextPiece => (ownColours ? span : { ...span, tone }));
}

/** `ERROR message key=value …`: the most important parts first; `timed`: with the program's own time. */
function formattedPieces(shown: ShownLine, timed: boolean): TextPiece[] {
  const { recognised } = shown;
  const tone = recognised.level && TONES[recognised.level];
  const isStructured = recognised.format !== 'text' && (recognised.message !== '' || recognised.fields.length > 0);
  if (isStructured) return structuredPieces(recognised, tone, timed);
  // Without a gutter the header has the only time there is.
  const start = timed ? 0 : headerEnd(shown);
  const message = tinted(spansFrom(shown.spans, start), tone);
  return start > 0 && recognised.stated ? [...levelPieces(recognised.level, tone), ...message] : message;
}

/** Where the message starts after a header with a time; 0 without one. */
function headerEnd({ plain, recognised: { message, time } }: ShownLine): number {
  return time !== undefined && message.trim() !== '' && plain.endsWith(message) ? plain.length - message.length : 0;
}

function spansFrom(spans: readonly Span[], start: number): Span[] {
  const shown: Span[] = [];
  let at = 0;
  for (const span of spans) {
    const text = span.text.slice(Math.max(0, start - at));
    if (text !== '') shown.push({ ...span, text });
    at += span.text.length;
  }
  return shown;
}

function structuredPieces(recognised: Recognised, tone: Tone | undefined, timed: boolean): TextPiece[] {
  const { time, level, message, fields } = recognised;
  const pieces: TextPiece[] = timed && time ? [piece(`${oneLine(readable(time))} `, 'dim')] : [];
  pieces.push(...levelPieces(level, tone));
  if (message !== '') pieces.push(piece(oneLine(message), tone));
  for (const [name, value] of fields)
    pieces.push(piece(`${pieces.length > 0 ? ' ' : ''}${oneLine(name)}=`, 'dim'), piece(oneLine(value)));
  return pieces;
}

function levelPieces(level: LogLevel | undefined, tone: Tone | undefined): TextPiece[] {
  return level ? [piece(fit(level.toUpperCase(), 5), tone ?? 'good'), piece(' ')] : [];
}

/** A time as written; a number since the epoch as a date in UTC. */
function readable(time: string): string {
  const at = epochMillis(time);
  return at === undefined ? time : new Date(at).toISOString().replace('T', ' ');
}

/** Escapes in JSON can contain anything, including control characters. */
function oneLine(text: string): string {
  return plainText(text.replace(/\r?\n/g, ' ⏎ '));
}
