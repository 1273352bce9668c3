import { random } from './random.ts';
import type { Said, Voice } from './voice.ts';

/**
 * A container's log. It consists of chapters (a period and the voice that wrote in it) and single lines; the lines of a chapter
 * are generated when they are read, so days of log cost nothing until someone reads them.
 */

export type LogLine = { at: number; text: string; stream: 'stdout' | 'stderr' };

/** `work`: ms of work done when the chapter began; it continues at `pace`. */
export type Chapter = { from: number; to: number; voice: Voice | undefined; mood: string; work: number; pace: number };

export type LogBook = { chapters: Chapter[]; lines: LogLine[]; stream: 'stdout' | 'stderr' };

/** The fields of a container that its log is generated from. */
type Speaking = { id: string; log: LogBook };

/** Behaves as if the driver rotated the log: older lines are gone. */
const KEPT_LINES = 5000;
const KEPT_CHAPTERS = 60;
const KEPT_SINGLE = 1000;
/** An interval may have no line: readers give up after this many. */
const SLOTS = 20_000;

export function newLogBook(stream: 'stdout' | 'stderr' = 'stdout'): LogBook {
  return { chapters: [], lines: [], stream };
}

export function openChapter(log: LogBook, chapter: Omit<Chapter, 'to'>): void {
  const last = log.chapters.at(-1);
  if (last && last.to > chapter.from) last.to = chapter.from;
  log.chapters.push({ ...chapter, to: Infinity });
  if (log.chapters.length > KEPT_CHAPTERS) log.chapters.shift();
}

/** Ends the current chapter; lines that were still to come are dropped. */
export function closeChapter(log: LogBook, at: number): void {
  const last = log.chapters.at(-1);
  if (last && last.to > at) last.to = at;
  log.lines = log.lines.filter((line) => line.at <= at);
}

/** Adds single lines, each `after` ms from `at`; future ones appear when they are due. */
export function say(log: LogBook, at: number, said: readonly Said[]): void {
  for (const { after, text, stream } of said) {
    for (const line of text.split('\n')) log.lines.push({ at: at + after, text: line, stream: stream ?? log.stream });
  }
  log.lines.sort((a, b) => a.at - b.at);
  if (log.lines.length > KEPT_SINGLE) log.lines.splice(0, log.lines.length - KEPT_SINGLE);
}

export type Window = { from: number; to: number; tail?: number };

/** Lines in the window (both ends included), oldest first; of several, the last `tail`. */
export function readLog(container: Speaking, window: Window, seed: string): LogLine[] {
  const wanted = Math.min(window.tail ?? KEPT_LINES, KEPT_LINES);
  if (wanted <= 0) return [];
  const found: LogLine[] = [];
  let slots = SLOTS;
  for (let i = container.log.chapters.length - 1; i >= 0 && found.length < wanted && slots > 0; i -= 1) {
    const chapter = container.log.chapters[i];
    if (!chapter?.voice || chapter.to < window.from || chapter.from > window.to) continue;
    const last = slotAt(chapter, Math.min(chapter.to, window.to));
    const first = Math.max(0, slotAt(chapter, window.from) - 1);
    for (let slot = last; slot >= first && found.length < wanted && slots > 0; slot -= 1) {
      slots -= 1;
      for (const line of linesOf(container, chapter, slot, seed).reverse()) {
        if (line.at >= window.from && line.at <= window.to) found.push(line);
      }
    }
  }
  const single = container.log.lines.filter((line) => line.at >= window.from && line.at <= window.to);
  const all = single.length === 0 ? found.reverse() : [...single, ...found].sort((a, b) => a.at - b.at);
  return all.slice(-wanted);
}

/** When the next line after `after` will be written, in the current state; undefined if none will be. */
export function nextLineAt(container: Speaking, after: number, seed: string): number | undefined {
  const single = container.log.lines.find((line) => line.at > after)?.at;
  const chapter = container.log.chapters.at(-1);
  if (!chapter?.voice || chapter.to <= after) return single;
  const start = Math.max(0, slotAt(chapter, after) - 1);
  for (let slot = start; slot < start + 50; slot += 1) {
    const line = linesOf(container, chapter, slot, seed).find((l) => l.at > after);
    if (line) return single === undefined ? line.at : Math.min(single, line.at);
  }
  return single ?? chapter.from + (start + 50) * chapter.voice.every;
}

function slotAt(chapter: Chapter, at: number): number {
  return Math.floor((at - chapter.from) / (chapter.voice?.every ?? 1));
}

function linesOf(container: Speaking, chapter: Chapter, index: number, seed: string): LogLine[] {
  const { voice } = chapter;
  if (!voice || index < 0) return [];
  const at = chapter.from + index * voice.every;
  const chance = random(seed, container.id, chapter.mood, Math.floor(at));
  const work = chapter.work + chapter.pace * (at - chapter.from);
  const lines: LogLine[] = [];
  for (const { after, text, stream } of voice.say({ index, at, chance, work })) {
    for (const [n, line] of text.split('\n').entries()) {
      const moment = at + after + n * 0.012;
      if (moment <= chapter.to) lines.push({ at: moment, text: line, stream: stream ?? container.log.stream });
    }
  }
  return lines;
}
