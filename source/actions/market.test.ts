import { describe, expect, it } from 'vitest';
import { type MarketSession, marketStates, openMarkets } from './market.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const nse: MarketSession = { name: 'NSE', timeZone: 'Asia/Kolkata', days: weekdays, open: '09:15', close: '15:30' };
const nyse: MarketSession = {
  name: 'NYSE',
  timeZone: 'America/New_York',
  days: weekdays,
  open: '09:30',
  close: '16:00',
};
const cme: MarketSession = {
  name: 'CME',
  timeZone: 'America/Chicago',
  days: ['sun', 'mon', 'tue', 'wed', 'thu'],
  open: '17:00',
  close: '16:00',
};
const at = (text: string) => Date.parse(text);
const state = (session: MarketSession, time: string) => marketStates([session], at(time))[0];

describe('market hours', () => {
  it('follow the wall clock of the exchange, the close excluded', () => {
    expect(state(nse, '2026-11-20T03:44:59Z')?.open).toBe(false);
    expect(state(nse, '2026-11-20T03:45:00Z')).toMatchObject({ open: true, changesAt: at('2026-11-20T10:00:00Z') });
    expect(state(nse, '2026-11-20T10:00:00Z')?.open).toBe(false);
  });

  it('follow daylight saving', () => {
    expect(state(nyse, '2026-07-01T13:30:00Z')?.open).toBe(true);
    expect(state(nyse, '2026-12-01T13:30:00Z')?.open).toBe(false);
    expect(state(nyse, '2026-12-01T14:30:00Z')?.open).toBe(true);
    expect(state(nyse, '2026-03-06T22:00:00Z')?.changesAt).toBe(at('2026-03-09T13:30:00Z'));
  });

  it('report the next opening over a weekend, with its day', () => {
    expect(state(nse, '2026-11-20T10:30:00Z')).toMatchObject({ changesAt: at('2026-11-23T03:45:00Z') });
    expect(state(nse, '2026-11-20T10:30:00Z')?.changesText).toMatch(/^Mon 09:15 /);
  });

  it('may last over midnight', () => {
    expect(state(cme, '2026-11-19T08:00:00Z')).toMatchObject({ open: true, changesAt: at('2026-11-19T22:00:00Z') });
    expect(state(cme, '2026-11-19T22:30:00Z')?.open).toBe(false);
    expect(state(cme, '2026-11-21T12:00:00Z')?.open).toBe(false);
    expect(state(cme, '2026-11-22T23:00:00Z')?.open).toBe(true);
  });

  it('end early on some dates', () => {
    const early = { ...nyse, earlyCloses: { '2026-11-27': '13:00' } };
    expect(state(early, '2026-11-27T17:59:00Z')).toMatchObject({ open: true, changesText: '13:00 EST' });
    expect(state(early, '2026-11-27T18:00:00Z')).toMatchObject({ open: false, changesText: 'Mon 09:30 EST' });
    expect(state(early, '2026-11-30T18:00:00Z')).toMatchObject({ open: true, changesText: '16:00 EST' });
  });

  it('name the time zone as the exchange does, where there is a name', () => {
    const until = (session: MarketSession, time: string) => state(session, time)?.changesText;
    expect(until(nyse, '2026-11-20T16:00:00Z')).toBe('16:00 EST');
    expect(until(nyse, '2026-07-01T16:00:00Z')).toBe('16:00 EDT');
    expect(until(nse, '2026-11-20T05:00:00Z')).toBe('15:30 IST');
    expect(until({ ...nse, timeZone: 'Asia/Tokyo' }, '2026-11-20T05:00:00Z')).toBe('15:30 GMT+9');
  });

  it('have no end where trading never ends', () => {
    const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
    const crypto: MarketSession = { name: 'CRYPTO', timeZone: 'UTC', days, open: '00:00', close: '24:00' };
    expect(state(crypto, '2026-11-21T12:00:00Z')).toMatchObject({
      open: true,
      changesAt: undefined,
      changesText: undefined,
    });
    const cut = { ...crypto, holidays: ['2026-11-25'] };
    expect(state(cut, '2026-11-21T12:00:00Z')?.changesAt).toBe(at('2026-11-25T00:00:00Z'));
  });

  it('make one market of several sessions, and know holidays', () => {
    const morning: MarketSession = {
      name: 'TSE',
      timeZone: 'Asia/Tokyo',
      days: weekdays,
      open: '09:00',
      close: '11:30',
    };
    const both = [morning, { ...morning, open: '12:30', close: '15:30' }];
    expect(marketStates(both, at('2026-11-20T03:00:00Z'))).toMatchObject([
      { name: 'TSE', open: false, changesAt: at('2026-11-20T03:30:00Z') },
    ]);
    expect(state({ ...nse, holidays: ['2026-11-20'] }, '2026-11-20T05:00:00Z')?.open).toBe(false);
  });

  it('concern the projects they name', () => {
    const own = { ...nse, projects: ['openalgo'] };
    expect(openMarkets([own], new Set(['exness']), at('2026-11-20T05:00:00Z'))).toEqual([]);
    expect(openMarkets([own], undefined, at('2026-11-20T05:00:00Z'))).toHaveLength(1);
    expect(openMarkets([own], new Set(['openalgo']), at('2026-11-20T05:00:00Z'))).toHaveLength(1);
    expect(openMarkets([nse], new Set(), at('2026-11-20T05:00:00Z'))).toHaveLength(1);
  });
});
