import { Readable } from 'node:stream';
import { createTarPacker } from 'modern-tar';
import { expect, it } from 'vitest';
import { worldOf } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { FakeEngine } from '../../test/builders/fake-engine.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import { files } from './files.ts';
import type { TableSources } from './resource.ts';

const NEVER = new AbortController().signal;
const mounts = [{ type: 'volume', name: 'data', source: '', target: '/var/lib/data', writable: true }];

/** A tar of files as the engine makes it: with what they hold, or a number of zero bytes. */
function tarOf(entries: Readonly<Record<string, string>>): Readable {
  const { readable, controller } = createTarPacker();
  const fill = async () => {
    for (const [name, text] of Object.entries(entries)) {
      const isDirectory = name.endsWith('/');
      const writer = controller
        .add({ name, size: text.length, type: isDirectory ? 'directory' : 'file', mode: 0o640, mtime: new Date(1000) })
        .getWriter();
      if (text !== '') await writer.write(Buffer.from(text));
      await writer.close();
    }
    controller.finalize();
  };
  void fill();
  return Readable.fromWeb(readable);
}

function scene(tar: () => Readable) {
  const asked: string[] = [];
  const readArchive = async (id: string, path: string) => {
    asked.push(`${id} ${path}`);
    return tar();
  };
  const all = [container('db', { state: 'exited', mounts })];
  const engine = FakeEngine.that({ readArchive }, fakeClock(), all);
  return { asked, sources: { engine } as unknown as TableSources };
}

it('lists a directory of a volume with sizes, directories first, through a container that mounts it', async () => {
  const world = worldOf([]);
  const entries = {
    './': '',
    './b': 'four',
    './sub/': '',
    './sub/x': '123456',
    './sub/deep/y': '1',
    './\u001b[2Jodd': '',
  };
  const { asked, sources } = scene(() => tarOf(entries));
  const rows = (await files.fetch?.(sources, NEVER, { volume: 'data', path: '/base' })) ?? [];
  expect(asked).toEqual([expect.stringMatching(/^id-db \/var\/lib\/data\/base\/\.$/)]);
  const cells = rows.map((row) =>
    ['name', 'size', 'mode'].map((id) => files.columns.find((one) => one.id === id)?.value(row, world)),
  );
  expect(cells).toEqual([
    ['sub/', '7B', '0640'],
    ['odd', '0B', '0640'],
    ['b', '4B', '0640'],
  ]);
  const [directory, , file] = rows;
  if (!directory || !file) throw new Error('rows are missing');
  expect(files.enter?.(directory)).toEqual({
    open: 'table',
    resource: 'files',
    scope: { volume: 'data', path: '/base/sub' },
  });
  expect(files.enter?.(file)).toMatchObject({ open: 'read', name: 'b' });
});

it.each([
  ['text, secrets masked', 'one\ttwo\npassword=hunter2\n', ['one  two', 'password=********']],
  ['binary data', 'a\u0000b', ['/b holds binary data.']],
])('shows a file: %s', async (_, text, lines) => {
  const { asked, sources } = scene(() => tarOf({ b: text }));
  const opening = files.enter?.({
    name: 'b',
    kind: 'file',
    size: 1,
    modified: 0,
    mode: 0,
    volume: 'data',
    path: '/b',
    cut: false,
  });
  if (opening?.open !== 'read') throw new Error('it opens no text');
  expect(await opening.read(sources, NEVER)).toEqual(lines);
  expect(asked).toEqual(['id-db /var/lib/data/b']);
});
