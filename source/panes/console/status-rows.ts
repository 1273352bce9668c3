import type { Connection } from '../../engine/engine.ts';
import type { Fleet } from '../../fleet/model.ts';
import { age } from '../../lib/format.ts';
import { fit, fitStyled, safe, width as widthOf, wrap } from '../../lib/text.ts';
import { keyLabel } from '../../ui/input/keys.ts';
import { withKeys } from '../../ui/key-words.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { Theme } from '../../ui/theme.ts';
import type { ConsoleState } from '../shared/console-state.ts';
import { footerHints, viewTitle } from './view-facts.ts';

/** The banner for what must not be overlooked; undefined if there is nothing. */
export function bannerText(facts: {
  simulated: boolean;
  connection: Connection;
  now: number;
  lastUpdateAt?: number;
  endpoint: string;
  bound: ReadonlyMap<string, KeyGroup>;
}): { text: string; tone: 'banner' | 'bad' } | undefined {
  const { connection, now, endpoint } = facts;
  if (connection.state === 'lost') {
    const wait = Math.max(0, connection.nextTry - now);
    const retry = withKeys('{everywhere.refresh} retries', facts.bound);
    const next = !Number.isFinite(wait) ? retry : wait > 0 ? `next try in ${age(wait + 999)}` : 'trying now';
    return {
      text: `${facts.lastUpdateAt === undefined ? 'NO ENGINE' : `ENGINE LOST for ${age(now - connection.since)}`} · ${next} · ${connection.why.message}`,
      tone: 'bad',
    };
  }
  if (connection.state === 'ready' && connection.refused !== undefined) {
    const old = facts.lastUpdateAt === undefined ? '' : ` · data is ${age(now - facts.lastUpdateAt)} old`;
    return { text: `THE ENGINE REFUSES THE LIST${old} · ${connection.refused}`, tone: 'bad' };
  }
  if (facts.simulated) return SIMULATED;
  if (connection.state === 'connecting') return { text: `Connecting to ${endpoint} …`, tone: 'banner' };
  return undefined;
}

const SIMULATED = { text: 'DEMO: simulated engine, no real containers', tone: 'banner' } as const;

/** The banner above a table of many engines, which shows their states itself. */
export function fleetBanner({ hosts }: Fleet): ReturnType<typeof bannerText> {
  return hosts.some(({ deskState }) => deskState.engine?.simulated === true) ? SIMULATED : undefined;
}

export function bannerRow(banner: { text: string; tone: 'banner' | 'bad' }, width: number, theme: Theme): string {
  const text = fit(` ${safe(banner.text)}`, width);
  return theme.paint('cursor', banner.tone === 'bad' ? theme.paint('bad', text) : theme.paint('title', text));
}

/** Most rows of a message: outcomes and refusals end with what to do. */
const MESSAGE_ROWS = 5;

/**
 * A message that does not fit into one row, complete, in the rows above the footer and in the footer; undefined if one row is enough.
 * Progress never takes more than one row, as the screen would jump.
 */
export function messageRows(
  { flash }: ConsoleState,
  width: number,
  now: number,
  theme: Theme,
): readonly string[] | undefined {
  if (!flash || flash.until <= now || flash.tone === 'busy' || widthOf(flash.text) < width) return undefined;
  const rows = wrap(flash.text, width - 2);
  const shown =
    rows.length <= MESSAGE_ROWS ? rows : [...rows.slice(0, MESSAGE_ROWS - 1), rows.slice(MESSAGE_ROWS - 1).join(' ')];
  return shown.map((row) => theme.paint(flash.tone, fit(` ${row}`, width)));
}

/** The message in one row, if there is one. */
export function flashRow(
  { flash }: ConsoleState,
  width: number,
  now: number,
  theme: Theme,
): readonly string[] | undefined {
  return flash && flash.until > now ? [theme.paint(flash.tone, fit(` ${flash.text}`, width))] : undefined;
}

/** Crumbs, or the message; on the right the global keys, unless a message needs the room. */
export function footerRow(
  state: ConsoleState,
  groups: readonly KeyGroup[],
  width: number,
  now: number,
  theme: Theme,
): string {
  const hints = footerHints(groups);
  const right = hints
    .map(({ key, hint }) => `${theme.paint('key', keyLabel(key))} ${theme.paint('dim', hint)}`)
    .join('  ');
  const left = Math.max(0, width - widthOf(right) - 1);
  const [flash] = flashRow(state, width, now, theme) ?? [];
  if (flash === undefined) return `${crumbsRow(state, left, theme)}${right} `;
  const fits = state.flash !== undefined && widthOf(state.flash.text) + 2 < left;
  return fits ? `${flashRow(state, left, now, theme)?.[0] ?? ''}${right} ` : flash;
}

function crumbsRow(state: ConsoleState, width: number, theme: Theme): string {
  if (!state.crumbs) return ' '.repeat(width);
  const crumbs = state.screens.slice(0, state.at + 1).map(({ view }) => ` ${safe(viewTitle(view))} `);
  const shown = crumbs
    .slice(-4)
    .map((crumb, index, all) => theme.paint(index === all.length - 1 ? 'cursor' : 'dim', crumb));
  return fitStyled(` ${shown.join(' ')}`, width);
}
