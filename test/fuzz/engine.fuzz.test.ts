import fc from 'fast-check';
import { glanceLine, renderGlance } from '../../source/commands/glance/render.ts';
import { glanceReport } from '../../source/commands/glance/report.ts';
import { Deriver } from '../../source/desk/derive.ts';
import { initialState, reduceAll } from '../../source/desk/reduce.ts';
import type { DeskMessage } from '../../source/desk/state.ts';
import { parseDiskUse } from '../../source/engine/parse/disk-use.ts';
import { parseInspected, parseList } from '../../source/engine/parse/parse-container.ts';
import { parseEvent, parseInfo, parseTop } from '../../source/engine/parse/parse-engine.ts';
import {
  parseImage,
  parseNetwork,
  parseNode,
  parseService,
  parseTask,
  parseVolume,
} from '../../source/engine/parse/parse-objects.ts';
import { readingFrom, usageFrom } from '../../source/engine/parse/usage.ts';
import { engineId } from '../../source/lib/ids.ts';
import { jsonText } from '../../source/lib/text.ts';
import { describeContainer, describeService } from '../../source/panes/text/describe.ts';
import { resources } from '../../source/resources/registry.ts';
import { createTheme } from '../../source/ui/theme.ts';
import { inspected, listed } from '../builders/answers.ts';
import { fuzz, hostileJson, mutated, showable } from './fuzz.ts';

const theme = createTheme({ level: 0, ascii: false });
const EVENT = {
  Type: 'container',
  Action: 'die',
  Actor: {
    ID: 'c0ffee',
    Attributes: { name: 'exness-postgres', exitCode: '1', 'com.docker.compose.project': 'exness' },
  },
  time: 1_700_000_000,
  timeNano: 1_700_000_000_123_456_800,
};
const PARSERS = [
  parseDiskUse,
  parseEvent,
  parseTop,
  parseImage,
  parseNetwork,
  parseNode,
  parseService,
  parseTask,
  parseVolume,
] as const;

fuzz('answers of an engine are read, whatever they are', 1500, hostileJson, (json) => {
  for (const parse of PARSERS) parse(json);
  parseInfo(json, json);
  parseList(json);
  parseList([json]);
  parseInspected(json);
  usageFrom(readingFrom(json, 1000), readingFrom(json, 500));
});

const desks = fc.tuple(mutated(listed), mutated(inspected), fc.array(mutated(EVENT), { maxLength: 3 }));

fuzz(
  'desks of broken facts are judged and drawn',
  400,
  desks,
  ([list, inspect, events]) => {
    const containers = [...parseList([list]), parseInspected(inspect)];
    const messages: DeskMessage[] = [
      { type: 'containers', at: 1_700_000_100_000, containers },
      ...events.flatMap((given): DeskMessage[] => {
        const event = parseEvent(given);
        return event ? [{ type: 'event', event }] : [];
      }),
      { type: 'tick', now: 1_700_000_200_000 },
    ];
    const state = reduceAll(initialState(1_700_000_000_000, engineId('fuzz')), messages);
    const desk = new Deriver().derive(state);
    const world = { state, desk, glyph: theme.glyph };
    const source = { ...world, containers: state.containers, timeline: state.timeline };
    for (const resource of resources) {
      if (resource.fetch) continue;
      for (const row of resource.rows?.(source, {}) ?? []) {
        showable(resource.nameOf(row));
        for (const column of resource.columns) {
          showable(column.value(row, world));
          showable(column.csv?.(row, world) ?? '');
          column.sort?.(row, world);
        }
      }
    }
    for (const container of containers) for (const { text } of describeContainer(container, world)) showable(text);
    for (const service of desk.services) for (const { text } of describeService(service, world)) showable(text);
    const report = glanceReport(state, desk);
    for (const line of renderGlance(report, { theme, columns: 120 }).split('\n')) showable(line);
    showable(glanceLine(report, { theme, columns: 120 }).replace('\n', ''));
    showable(jsonText(report));
    // Every table and every view at once: a frame draws one.
  },
  500,
);
