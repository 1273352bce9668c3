import { duration, plural } from '../../lib/format.ts';
import type { AuditLine } from './record.ts';

/** A line of the log in words, for `deskhand audit` and the console. Not safe for a terminal. */

/** The action, the engine call, or what changed. */
export function lineAction(line: AuditLine): string {
  switch (line.kind) {
    case 'begin':
      return line.plan.action;
    case 'call':
      return line.call;
    case 'end':
    case 'refused':
      return line.action;
    default:
      return line.kind;
  }
}

/** Its object. */
export function lineName(line: AuditLine): string {
  switch (line.kind) {
    case 'begin':
      return line.plan.name;
    case 'call':
      return shortId(line.id);
    case 'end':
    case 'refused':
      return line.name;
    default:
      return '';
  }
}

/** Its outcome; `level` for its colour. */
export function lineResult(line: AuditLine): { text: string; level: 'plain' | 'good' | 'warn' | 'bad' } {
  switch (line.kind) {
    case 'begin': {
      const count = line.plan.objects.length;
      const reason = line.reason ? `, because: ${line.reason}` : '';
      return {
        text: `danger ${line.danger}, ${plural(count, 'object')}${reason}`,
        level: 'plain',
      };
    }
    case 'call':
      return { text: line.detail ?? '', level: 'plain' };
    case 'end': {
      const word = line.ok ? 'done' : line.cancelled ? 'cancelled' : 'failed';
      const level = line.ok ? 'good' : line.cancelled ? 'warn' : 'bad';
      return { text: `${word} after ${duration(line.ms)}: ${line.verification}`, level };
    }
    case 'refused':
      return { text: `refused: ${line.refused} (to change that: ${line.change})`, level: 'warn' };
    default:
      return { text: line.told, level: line.kind === 'missing' ? 'bad' : 'warn' };
  }
}

/** The first digits of an id, enough to find it with docker. */
function shortId(id: string): string {
  const bare = id.replace('sha256:', '');
  return /^[0-9a-f]{64}$/.test(bare) ? bare.slice(0, 12) : id;
}
