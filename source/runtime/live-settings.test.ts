import * as v from 'valibot';
import { expect, it } from 'vitest';
import { type SettingsDocument, SettingsError } from '../settings/load.ts';
import { SettingsSchema } from '../settings/schema.ts';
import { heldClock } from '../simulator/held-clock.ts';
import { LiveSettings } from './live-settings.ts';

const document = {} as SettingsDocument;
const read = (settings: object) => v.parse(SettingsSchema, settings);

function live(context: () => string | undefined = () => undefined) {
  const clock = heldClock(0);
  let next: object | Error = {};
  let changed = () => {};
  let ended = false;
  let readings = 0;
  const settings = new LiveSettings({
    settings: read({ favourites: ['old'], contexts: { prod: { favourites: ['own'] } } }),
    clock,
    context,
    source: {
      read() {
        readings += 1;
        if (next instanceof Error) throw next;
        return { settings: read(next), document };
      },
      watch(run) {
        changed = run;
        return () => {
          ended = true;
        };
      },
    },
  });
  const told: string[] = [];
  settings.onReload(({ ok, text }) => told.push(`${ok}: ${text}`));
  return {
    settings,
    told,
    readings: () => readings,
    ended: () => ended,
    async change(to: object | Error) {
      next = to;
      changed();
      changed();
      await clock.pass(1000);
    },
  };
}

it('takes over changed files once they are written', async () => {
  const { settings, told, change, readings } = live();
  await change({ favourites: ['new'], engine: { poll: 30 } });
  expect(settings.now.favourites).toEqual(['new']);
  expect([told, readings()]).toEqual([['true: The settings were read again. From the next start on: engine.'], 1]);
});

it('keeps the old settings where the new ones are wrong, and says so', async () => {
  const { settings, told, change } = live();
  await change(new SettingsError(['readonly: expected boolean (config.yaml:3)', 'x', 'y']));
  expect(settings.now.favourites).toEqual(['old']);
  expect(told).toEqual([
    'false: The settings are wrong, and the old ones stay: readonly: expected boolean (config.yaml:3) (and 2 more: deskhand doctor)',
  ]);
});

it('has what the context has of its own, as the same value while nothing changes', () => {
  let context: string | undefined;
  const { settings, ended } = live(() => context);
  expect(settings.now.favourites).toEqual(['old']);
  context = 'prod';
  expect(settings.now.favourites).toEqual(['own']);
  expect(settings.now).toBe(settings.now);
  settings.close();
  expect(ended()).toBe(true);
});
