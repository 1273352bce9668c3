import { session, UNRECORDED } from './session.ts';

/** Attaches the whole terminal to a container's program. */
export const attach = session({
  name: 'attach',
  title: 'Attach to',
  help: "attach to a container's program",
  key: { id: 'attach', keys: ['a'], hint: '', help: 'attach to a container' },
  session: 'attach',
  danger: 1,
  judge: (_parameters, { detail }) =>
    detail?.tty
      ? { danger: 2, warning: 'Its program receives every key, including ctrl-c, which ends many programs.' }
      : undefined,
  command: () => [],
  note: ({ detail }) => (detail?.tty ? 'ctrl-p ctrl-q detaches; all other keys go to its program' : 'ctrl-c detaches'),
  warnings: [UNRECORDED],
});
