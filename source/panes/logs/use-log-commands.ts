import { plural } from '../../lib/format.ts';
import type { LogLevel } from '../../lib/log-line/level.ts';
import { LEVELS, levelOfWord } from '../../lib/log-line/level.ts';
import { parseSpan } from '../../lib/moment.ts';
import { parseLogFilter } from '../../logs/filter.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { LogView } from '../../logs/paging.ts';
import type { LogRules } from '../../logs/rules.ts';
import type { LogViewAction } from '../../logs/view.ts';
import { useCommand, useControls } from '../shared/console-context.ts';
import { useServices } from '../shared/services.ts';
import type { CommandEntry } from '../shared/views.ts';
import { ALL, around, type Part } from './use-log-range.ts';

/** Commands that work while a log is on the screen. */
export const logCommands: readonly CommandEntry[] = [
  {
    names: ['at'],
    argument: 'TIME [TIME]',
    help: 'the log at a time or of a span: :at 15:20, :at 10m, :at 09:15 09:30',
  },
  {
    names: ['find'],
    argument: 'FILTER',
    help: 'search the whole history of all services: :find level>=error symbol=ESH24',
    focus: (text) => ({ find: text }),
  },
  { names: ['level'], argument: '[level]', help: 'lines of a level and worse: :level warn; without a level all' },
  { names: ['mask'], argument: '', help: 'secrets of the log: masked, or as they were written (copies stay masked)' },
  { names: ['hide'], argument: '[filter]', help: 'hide lines in every log; without a filter, stop hiding' },
  { names: ['highlight'], argument: '[filter]', help: 'highlight in every log; without a filter, stop highlighting' },
];

export type LogCommands = {
  store: LogStore | undefined;
  view: LogView;
  act(action: LogViewAction): void;
  level(least: LogLevel | undefined): void;
  show(part: Part): void;
  rules: { own: LogRules; change(rules: LogRules): void };
};

export function useLogCommands({ store, view, act, level, show, rules }: LogCommands): {
  jump(text: string): void;
  find(text: string): void;
} {
  const controls = useControls();
  const { clock } = useServices();
  const jump = (text: string) => {
    const span = parseSpan(text, clock.now());
    if (!span)
      return controls.flash(
        'bad',
        `"${text}" is not a valid time: 15:20, 10m (ago), 2026-01-15 09:15, or two of them.`,
      );
    const line = span.to === undefined ? store?.heldAt(span.from) : undefined;
    if (line !== undefined) return act({ type: 'jump', line });
    show(span.to === undefined ? around(span.from) : { range: { kind: 'between', since: span.from, until: span.to } });
  };
  const rule = (kind: keyof LogRules) => (text: string) => {
    const read = parseLogFilter(text);
    if (read && 'error' in read) return controls.flash('bad', `${text}: ${read.error}`);
    const before = rules.own[kind].length;
    rules.change({ ...rules.own, [kind]: read ? [...rules.own[kind], text] : [] });
    if (!read)
      controls.flash('info', before === 0 ? `There was nothing to ${kind}.` : `${plural(before, 'rule')} dropped.`);
  };
  const find = (text: string) => {
    const read = parseLogFilter(text);
    if (!read) return controls.flash('info', 'No search text: :find accepts the same as /.');
    if ('error' in read) return controls.flash('bad', `${text}: ${read.error}`);
    show({ range: ALL, find: text });
  };
  useCommand('find', (text) => (text === '' ? controls.search(find, 'find in all logs') : find(text)));
  useCommand('at', (text) => (text === '' ? controls.search(jump, 'time') : jump(text)));
  useCommand('level', (text) => {
    const least = text === '' || text === 'all' ? undefined : levelOfWord(text);
    if (least === undefined && text !== '' && text !== 'all')
      return controls.flash('bad', `${text} is not a level: ${LEVELS.join(', ')}, all.`);
    level(least);
  });
  useCommand('mask', () => {
    act({ type: 'toggle', what: 'mask' });
    controls.flash(
      view.mask ? 'warn' : 'good',
      view.mask ? 'Secrets of the logs are shown on this screen.' : 'Secrets are masked.',
    );
  });
  useCommand('hide', rule('hide'));
  useCommand('highlight', rule('highlight'));
  return { jump, find };
}
