import { expect, it } from 'vitest';
import { layerLines } from './layer-lines.ts';

const image = { id: 'sha256:1', tags: ['bot:1'], digests: [], size: 2048, created: 0, containers: 1 };
const layer = (createdBy: string, size = 0) => ({ createdBy, size, created: 0, tags: [] });

it('shows the build steps as they were written, secrets masked, and whether the registry was asked', () => {
  const layers = [
    layer('/bin/sh -c #(nop)  CMD ["serve"]'),
    layer('RUN /bin/sh -c make # buildkit', 1024),
    layer('ENV API_TOKEN=hunter2hunter2'),
  ];
  const text = layerLines(image, { layers }, 60_000).map((line) => line.text);
  expect(text).toContain('Registry  not asked (setting images.registry)');
  expect(text.slice(-3)).toEqual([
    '      0B     1m  CMD ["serve"]',
    '    1KiB     1m  RUN /bin/sh -c make',
    expect.not.stringContaining('hunter2'),
  ]);
  const asked = layerLines(image, { layers, registry: ['bot:1: up to date'] }, 0).map((line) => line.text);
  expect(asked).toContain('Registry  bot:1: up to date');
});
