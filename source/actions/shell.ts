import { asUser, session, UNRECORDED } from './session.ts';

/** A shell in a container, on the whole terminal. */
export const shell = session({
  name: 'shell',
  aliases: ['sh'],
  title: 'Shell in',
  help: 'open a shell in a container',
  key: { id: 'scale', keys: ['s'], hint: 'shell', help: 'open a shell in a container' },
  session: 'shell',
  danger: 1,
  command: () => [],
  note: (container) => [asUser(container), 'asked first which shell it has'].filter(Boolean).join('; '),
  warnings: [UNRECORDED],
});
