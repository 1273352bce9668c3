import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { countTar } from '../../backup/tar-count.ts';
import { tarOf } from './files.ts';

const TREE = { a: 'one', 'd/b': 'x'.repeat(600), 'd/e/c': '' };

async function entriesOf(path: string): Promise<string[]> {
  const tar = tarOf(TREE, path, 1000);
  const found: string[] = [];
  if (tar) await countTar(Readable.from([tar]), (name, size) => found.push(`${name} ${size}`));
  return found;
}

it('creates archives of a directory, its contents, or a file, like the engine', async () => {
  expect(await entriesOf('/.')).toEqual(['./ 0', './a 3', './d/ 0', './d/b 600', './d/e/ 0', './d/e/c 0']);
  expect(await entriesOf('/d/.')).toEqual(['./ 0', './b 600', './e/ 0', './e/c 0']);
  expect(await entriesOf('/d')).toEqual(['d/ 0', 'd/b 600', 'd/e/ 0', 'd/e/c 0']);
  expect(await entriesOf('/d/b')).toEqual(['b 600']);
  expect(await entriesOf('/none')).toEqual([]);
});
