import { clockTime } from '../lib/format.ts';
import type { Message } from '../lib/message-log.ts';
import type { Tone } from '../ui/theme.ts';
import { ageColumn } from './columns.ts';
import type { Resource } from './resource.ts';

const TONES: Readonly<Record<Message['level'], Tone>> = { info: 'plain', good: 'good', warning: 'warn', bad: 'bad' };

/** The console's messages and internal errors, newest first. */
export const messages: Resource<Message> = {
  name: 'messages',
  title: 'Messages',
  aliases: ['messages', 'message', 'msg'],
  sort: { column: 'age', descending: false },
  empty: 'No messages yet.',
  id: (message) => String(message.id),
  nameOf: (message) => message.text,
  faulty: (message) => message.level === 'bad' || message.level === 'warning',
  own: true,
  fetch: async (sources) => sources.messages(),
  enter: (message) => ({ open: 'text', name: 'message', lines: [message.text] }),
  columns: [
    { id: 'time', title: 'TIME', width: 8, rank: 2, value: ({ at }) => clockTime(at), sort: ({ at }) => at },
    { ...ageColumn<Message>(({ at }) => at, { rank: 1, live: true }), sort: ({ id }) => -id },
    {
      id: 'times',
      title: 'TIMES',
      width: 5,
      align: 'right',
      rank: 3,
      value: ({ times }) => (times > 1 ? String(times) : ''),
      sort: ({ times }) => times,
    },
    {
      id: 'text',
      title: 'MESSAGE',
      width: 20,
      grow: { max: 400 },
      rank: 0,
      value: ({ text }) => text,
      tone: ({ level }) => TONES[level],
    },
  ],
};
