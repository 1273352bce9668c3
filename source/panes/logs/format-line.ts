import { FLAGS } from '../../engine/logs/flags.ts';
import { duration } from '../../lib/format.ts';
import type { LogLevel } from '../../lib/log-line/recognise.ts';
import { epochMillis } from '../../lib/log-line/time.ts';
import { memoizeByKey } from '../../lib/memoize.ts';
import { fit, fitMiddle, safe } from '../../lib/text.ts';
import { hitsIn, type LogFilter } from '../../logs/filter.ts';
import type { LineTexts } from '../../logs/line-texts.ts';
import { PLAIN_STYLE, plainText } from '../../logs/spans.ts';
import type { LogView, Stamps } from '../../logs/view.ts';
import type { Theme, Tone } from '../../ui/theme.ts';
import { highlighted, painted, piece, type TextPiece, widthOf, windowOf, wrapped } from './pieces.ts';

/** What decides how lines look, beside their text. */
export type Look = {
  view: Pick<LogView, 'wrap' | 'left' | 'columnLock' | 'json' | 'stamps'>;
  /** Cells for a line, without the gutter. */
  width: number;
  /** Names of the sources by number; none is shown where there is one only. */
  names: readonly string[];
  prefixed: boolean;
  filter?: LogFilter;
  /** IANA name, for times of the exchange. */
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

/** A window of a row, with a sign at each end that something is beyond it. */
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
    const stamp = piece(
      `${stampText(texts.buffer.time(line), view.stamps, previous === undefined ? undefined : texts.buffer.time(previous), look.zone)} `,
      'dim',
    );
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

function bodyOf(texts: LineTexts, line: number, { view, filter, theme }: Look): TextPiece[] {
  const flags = texts.buffer.flags(line);
  if (flags & FLAGS.note)
    return [piece(`${theme.box.h.repeat(2)} ${texts.plain(line)} ${theme.box.h.repeat(2)}`, 'warn')];
  const recognised = texts.recognised(line);
  const tone = recognised.level && TONES[recognised.level];
  if (view.json && recognised.format === 'json') {
    const body = jsonPieces(recognised, tone, view.stamps === 'off');
    return filter ? highlighted(body, hitsIn(filter, body.map(({ text }) => text).join(''))) : body;
  }
  const spans = texts.spans(line);
  const ownColours = spans.some(({ style }) => style !== PLAIN_STYLE);
  const body = spans.map((span): TextPiece => (ownColours ? span : { ...span, tone }));
  return filter ? highlighted(body, hitsIn(filter, texts.plain(line))) : body;
}

type Json = ReturnType<LineTexts['recognised']>;

/** `TIME ERROR message key=value …`: what a person reads first comes first; `timed`: with the program's own time. */
function jsonPieces({ time, level, message, fields }: Json, tone: Tone | undefined, timed: boolean): TextPiece[] {
  const pieces: TextPiece[] = timed && time ? [piece(`${oneLine(readable(time))} `, 'dim')] : [];
  if (level) pieces.push(piece(fit(level.toUpperCase(), 5), tone ?? 'good'), piece(' '));
  if (message !== '') pieces.push(piece(oneLine(message), tone));
  for (const [name, value] of fields) {
    pieces.push(piece(`${pieces.length > 0 ? ' ' : ''}${oneLine(name)}=`, 'dim'), piece(oneLine(value)));
  }
  return pieces;
}

/** A time as it is written; a number since the epoch as a date in UTC. */
function readable(time: string): string {
  const at = epochMillis(time);
  return at === undefined ? time : new Date(at).toISOString().replace('T', ' ');
}

/** Escapes in JSON can hold anything that the raw line could not. */
function oneLine(text: string): string {
  return plainText(text.replace(/\r?\n/g, ' ⏎ '));
}

/** A time as it stands before a line, always as wide as the others of its kind. */
function stampText(time: number, stamps: Stamps, previous: number | undefined, zone?: string): string {
  if (stamps === 'delta') return deltaText(time, previous);
  if (stamps === 'utc') return `${new Date(time).toISOString().slice(5, 23).replace('T', ' ')}Z`;
  const parts = formatter((stamps === 'exchange' && zone) || '').formatToParts(time);
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? '';
  const clock = `${part('hour')}:${part('minute')}:${part('second')}.${part('fractionalSecond')}`;
  return `${part('month')}-${part('day')} ${clock}`;
}

function deltaText(time: number, previous: number | undefined): string {
  if (previous === undefined) return ' '.repeat(9);
  const passed = time - previous;
  return fit(`${passed < 0 ? '-' : '+'}${duration(Math.abs(passed))}`, 9, 'right');
}

/** Of a time zone; the empty one is the console's own. */
const formatter = memoizeByKey(
  20,
  (zone) =>
    new Intl.DateTimeFormat('en', {
      timeZone: zone || undefined,
      hourCycle: 'h23',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    }),
);
