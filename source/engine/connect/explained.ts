import { stripVTControlCharacters } from 'node:util';
import type { FailureKind } from '../engine.ts';

/** A failure in words: what happened, where, and what to do next. */
export type Explained = { kind: FailureKind; message: string; advice: string };

/** Where the log of the engine behind a socket is read; `url` as it is shown. A socket of podman has that in its path. */
export function engineLog(url: string): string {
  return `\`journalctl -u ${url.includes('podman') ? 'podman' : 'docker'}\``;
}

/** One printable line of bounded length from hostile text. */
export function oneLine(text: string, limit = 300): string {
  const line = stripVTControlCharacters(text.slice(0, limit * 4))
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .toWellFormed();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
