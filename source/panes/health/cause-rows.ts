import { adviceBehind, adviceFor, incidentAdvice } from '../../desk/advice.ts';
import { isTrouble, isWell, severity } from '../../desk/levels.ts';
import type { Desk, Incident, Service } from '../../desk/model.ts';
import { age, moment, plural } from '../../lib/format.ts';
import type { ServiceId } from '../../lib/ids.ts';
import { memoizeByObject } from '../../lib/memoize.ts';
import { fit, safe, width as widthOf } from '../../lib/text.ts';
import { levelGlyph, levelTone } from '../../resources/cells.ts';
import { adviceSentence } from '../shared/advice.ts';
import { labelled, nameBeside, type RowContext, wrapped } from './row.ts';

/** The services whose problem nothing else explains: the worst first, then those that block the most, then the oldest. */
const causesOf = memoizeByObject((desk: Desk): readonly Service[] =>
  desk.services
    .filter(({ verdict, cause }) => isTrouble(verdict) && !cause)
    .sort(
      (a, b) =>
        severity(b.verdict.level) - severity(a.verdict.level) ||
        b.blocks.length - a.blocks.length ||
        (a.verdict.since ?? 0) - (b.verdict.since ?? 0),
    ),
);

/** `✖ redis down: exit 137, out of memory (limit 1GiB), for 2m (since 19:02:33)`; `name` is left out if the title has it. */
export function verdictRows({ verdict }: Service, name: string, sheet: RowContext): string[] {
  const { theme } = sheet;
  const { now } = sheet.world.state;
  const { level, reason, since } = verdict;
  const well = isWell(level);
  const words = well || reason.startsWith(level) ? reason : `${level}: ${reason}`;
  const head = theme.paint(
    levelTone(level),
    safe([theme.glyph(levelGlyph(level)), name, words].filter(Boolean).join(' ')),
  );
  const when = since === undefined ? '' : `, for ${age(now - since)} (since ${moment(since, now)})`;
  return wrapped(head + theme.paint('dim', when), sheet);
}

/**
 * A cause: its verdict, advice, and what it blocks, in one line or `unfolded` one by one with the source of each link. `beside`: the
 * selected service, relative to which names are shown.
 */
export function causeRows(cause: Service, beside: Service | undefined, unfolded: boolean, sheet: RowContext): string[] {
  const name = cause === beside ? '' : nameBeside(cause, beside);
  return [
    ...verdictRows(cause, name, sheet),
    ...saidRows(cause, sheet),
    ...adviceRows(cause, name, sheet),
    ...symptomRows(cause, unfolded, sheet),
  ];
}

/** The headline of its log, unless the verdict quotes it. */
function saidRows({ said, verdict }: Service, sheet: RowContext): string[] {
  if (!said?.isError || verdict.reason.includes(said.text.slice(0, QUOTED))) return [];
  return labelled('SAID', safe(said.text), sheet);
}

/** The verdict may have cut it. */
const QUOTED = 100;

/** The next step. Its keys act on the selected service: if it is about another one, `on` names that, and commands replace keys. */
export function adviceRows(service: Service, on: string, sheet: RowContext): string[] {
  const { world, theme } = sheet;
  const advice = adviceFor(service, world.desk, world.state);
  if (!advice) return [];
  const paint = (key: string) => theme.paint('key', key);
  const sentence = adviceSentence(advice, service, { selected: on === '', bound: sheet.bound, paint });
  return stepRows(sentence, sheet);
}

/** Services that are down although the selected one they need is fine (again): nothing restarts them automatically. */
export function behindRows(service: Service, sheet: RowContext): string[] {
  const { world, theme } = sheet;
  const advice = adviceBehind(service, world.desk);
  if (!advice) return [];
  const paint = (key: string) => theme.paint('key', key);
  const sentence = adviceSentence(advice, service, { selected: false, bound: sheet.bound, paint });
  return wrapped(`${theme.paint('title', 'next:')} ${sentence}`, sheet);
}

/** The first step, and the following ones. */
function stepRows(sentence: string, sheet: RowContext): string[] {
  const end = sentence.indexOf('; ');
  if (end < 0) return labelled('DO', sentence, sheet);
  return [
    ...labelled('DO', sentence.slice(0, end), sheet),
    ...labelled('THEN', sentence.slice(end + 2).replace(/^then /, ''), { ...sheet, most: sheet.most && 1 }),
  ];
}

function symptomRows(cause: Service, unfolded: boolean, sheet: RowContext): string[] {
  const { world, theme } = sheet;
  const symptoms = cause.blocks.flatMap((id) => world.desk.byId.get(id) ?? []);
  if (symptoms.length === 0) return [];
  const names = symptoms.map((symptom) => nameBeside(symptom, cause)).join(', ');
  if (!unfolded)
    return labelled('BLOCKS', theme.paint('warn', `${symptoms.length}: ${names}`), { ...sheet, most: sheet.most && 1 });
  return [
    ...labelled('BLOCKS', theme.paint('warn', `${symptoms.length}:`), sheet),
    ...symptoms.flatMap((symptom) => symptomOf(symptom, cause, sheet)),
  ];
}

/** One symptom under its cause, with the source of the link. */
export function symptomOf(symptom: Service, cause: Service, sheet: RowContext): string[] {
  const { theme, width } = sheet;
  const link = [symptom.cause, ...(symptom.otherCauses ?? [])].find((one) => one?.serviceId === cause.id);
  const inner = { ...sheet, width: width - 2 };
  const known = link ? wrapped(theme.paint('dim', safe(`from ${link.signal}`)), { ...sheet, width: width - 4 }) : [];
  const rows = [...verdictRows(symptom, nameBeside(symptom, cause), inner), ...known.map((row) => `  ${row}`)];
  return rows.map((row, index) => (index === 0 ? `${theme.glyph('cause')} ${row}` : `  ${row}`));
}

/** Other problems than the selected service and its causes, in one line; empty if there are none. */
export function elsewhereRows(selected: Service, sheet: RowContext): string[] {
  const { world, theme, width } = sheet;
  const known = new Set([
    selected.id,
    selected.cause?.serviceId,
    ...(selected.otherCauses ?? []).map((one) => one.serviceId),
  ]);
  const others = causesOf(world.desk).filter(({ id }) => !known.has(id));
  if (others.length === 0) return [];
  const blocked = new Set(others.flatMap(({ blocks }) => blocks)).size;
  const names = others.map((other) => `${nameBeside(other, selected)} ${other.verdict.level}`).join(', ');
  const one = others.length === 1;
  const blocks = blocked === 0 ? '' : ` ${one ? 'blocks' : 'block'} ${blocked}`;
  const worst = others[0]?.verdict.level ?? 'degraded';
  // One line: the names are at its end, where it may be cut.
  const line = one
    ? `elsewhere: 1 other problem (${names})${blocks}`
    : `elsewhere: ${others.length} other problems${blocks}: ${names}`;
  return [theme.paint(levelTone(worst), fit(line, Math.min(width, widthOf(line))))];
}

/** `✖ the engine or the host was restarted: 8 services did not come back`, and the one way to fix it. */
export function incidentRows(incident: Incident, sheet: RowContext): string[] {
  const { world, theme } = sheet;
  const { now } = world.state;
  const when =
    incident.since === undefined ? '' : `, ${age(now - incident.since)} ago (${moment(incident.since, now)})`;
  const head = theme.paint('bad', safe(`${theme.glyph('down')} ${incident.reason}`)) + theme.paint('dim', when);
  const next = incidentAdvice(incident, world.desk).map(({ advice, about }) => {
    const sentence = adviceSentence(advice, about, {
      selected: false,
      bound: sheet.bound,
      paint: (key) => theme.paint('key', key),
    });
    return sentence;
  });
  return [...wrapped(head, sheet), ...next.flatMap((sentence) => stepRows(sentence, sheet))];
}

/** Rows that belong together; `about`: the service that is opened from them. */
export type Block = { rows: readonly string[]; about?: ServiceId };

/** The desk's problems: every cause with its symptoms; and services whose state is unknown. */
export function deskBlocks(unfolded: boolean, sheet: RowContext): Block[] {
  const { world, theme } = sheet;
  const { services, verdict } = world.desk;
  const causes = causesOf(world.desk);
  const symptoms = services.filter(({ verdict: own, cause }) => isTrouble(own) && cause).length;
  const head = theme.paint(
    levelTone(verdict.level),
    `${theme.glyph(levelGlyph(verdict.level))} ${safe(verdict.reason)}`,
  );
  const counts =
    causes.length === 0
      ? []
      : [theme.paint('dim', `${plural(causes.length, 'cause')}, ${plural(symptoms, 'symptom')}`)];
  const incidents = world.desk.incidents.flatMap((incident) => ['', ...incidentRows(incident, sheet)]);
  return [
    { rows: [...wrapped(head, sheet), ...counts, ...incidents] },
    ...causes.map((cause) => ({ rows: ['', ...causeRows(cause, undefined, unfolded, sheet)], about: cause.id })),
    { rows: [...openRows('starting', sheet), ...openRows('unknown', sheet)] },
  ];
}

/** Whether the desk has more than one cause: then gauges are worth their rows. */
export function hasManyCauses({ world }: Pick<RowContext, 'world'>): boolean {
  return causesOf(world.desk).length > 1;
}

function openRows(level: 'starting' | 'unknown', sheet: RowContext): string[] {
  const open = sheet.world.desk.services.filter((service) => service.verdict.level === level);
  if (open.length === 0) return [];
  return ['', ...open.flatMap((service) => verdictRows(service, nameBeside(service, undefined), sheet))];
}
