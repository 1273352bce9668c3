import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { compose, container, NOON } from '../../test/builders/facts.ts';
import { Deriver } from '../desk/derive.ts';
import { initialState, reduceAll } from '../desk/reduce.ts';
import { engineId } from '../lib/ids.ts';
import { SettingsSchema } from '../settings/schema.ts';
import { unmatchedNames } from './unmatched.ts';

const state = reduceAll(initialState(NOON, engineId('fake')), [
  { type: 'containers', at: NOON, containers: [compose('exness', 'engine'), container('openalgo')] },
]);
const desk = new Deriver().derive(state);

function unmatched(settings: object, metrics?: readonly string[]): string[] {
  const commands = ['logs', 'svc', 'rd'];
  const known = { desk, contexts: ['default', 'prod'], commands, ...(metrics ? { metrics: new Set(metrics) } : {}) };
  return unmatchedNames(parse(SettingsSchema, settings), known).map(({ path, text }) => `${path.join('.')}: ${text}`);
}

const always = { timeZone: 'UTC', open: '00:00', close: '24:00' };

describe('names in the settings', () => {
  it('that stand for nothing are reported, each with its place and what may have been meant', () => {
    expect(
      unmatched({
        contexts: { prd: { readonly: true } },
        favourites: ['exnes'],
        metrics: { endpoints: [{ container: 'exness/enigne', port: 9090 }] },
        services: { 'exness/enigne': { protected: true, single: true }, openalgo: { protected: true } },
        market: [{ name: 'NSE', ...always, projects: ['exness', 'maricusco'] }],
        conditions: [{ services: ['exness/enigne', '*'], actions: ['restrat'], metric: 'position = 0' }],
      }),
    ).toEqual([
      'contexts.prd: there is no docker context "prd" here. Did you mean prod?',
      'favourites.0: there is no project "exnes" here. Did you mean exness?',
      'metrics.endpoints.0.container: there is no service or container "exness/enigne" here. Did you mean exness/engine?',
      'services.exness/enigne: there is no service or container "exness/enigne" here. Did you mean exness/engine?',
      'market.0.projects.1: there is no project "maricusco" here.',
      'conditions.0.services.0: there is no service or container "exness/enigne" here. Did you mean exness/engine?',
      'conditions.0.actions.0: there is no action "restrat" here. Did you mean restart?',
    ]);
  });

  it('are looked for in runbooks, procedures, aliases and hotkeys as well', () => {
    expect(
      unmatched({
        runbooks: [{ name: 'flush', services: ['exness/enigne', 'openalgo'], exec: ['true'] }],
        maintenance: {
          weekly: { services: ['exness/*', 'nope'], steps: [{ stop: 'exness' }, { check: 'exnes' }, { ask: 'go?' }] },
        },
        aliases: { rd: 'logs exness/engine', zz: 'lgos x' },
        hotkeys: { one: { shortCut: 'f9', command: ':nosuch' }, two: { shortCut: 'f8', command: 'rd' } },
      }),
    ).toEqual([
      'maintenance.weekly.services.1: there is no service or container "nope" here.',
      'maintenance.weekly.steps.1.check: there is no service, container or project "exnes" here. Did you mean exness?',
      'runbooks.0.services.0: there is no service or container "exness/enigne" here. Did you mean exness/engine?',
      'aliases.zz: there is no command "lgos" here. Did you mean logs?',
      'hotkeys.one.command: there is no command "nosuch" here.',
    ]);
  });

  it('are fine as services, containers, projects, bare names and with *', () => {
    expect(
      unmatched({
        services: { 'exness/engine': {}, engine: {}, 'exness-engine': {}, openalgo: {}, 'exness/*': {} },
        favourites: ['exness'],
        contexts: { prod: {} },
      }),
    ).toEqual([]);
  });

  it('of metrics are reported once it is known what there is', () => {
    const settings = {
      conditions: [{ services: ['*'], metric: 'nanoarb_postion = 0' }],
      metrics: { thresholds: [{ title: 'latency', quantile: 0.99, of: 'order_latency', warn: 1 }] },
    };
    expect(unmatched(settings)).toEqual([]);
    expect(unmatched(settings, ['nanoarb_position', 'order_latency_bucket'])).toEqual([
      'conditions.0.metric: no endpoint has a metric "nanoarb_postion". Did you mean nanoarb_position?',
    ]);
  });
});
