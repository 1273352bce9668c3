import { expect, it } from 'vitest';
import { mountConsole } from '../builders/console.tsx';
import { client } from '../contract/client.ts';
import { array, field, text } from '../contract/subject.ts';

it('keeps the logs of a service on the screen whose last container is removed', async () => {
  const console = await mountConsole();
  try {
    await console.shows('redis');
    console.write(':logs exness/redis\r');
    await console.shows(/Logs\(exness\/redis\)[\s\S]*\d\d:\d\d:\d\d/);
    await console.pass(5000);
    const lines = (screen: string) => screen.split('\n').filter((row) => /^│ ?\d\d:\d\d:\d\d/.test(row));
    const before = lines(console.text());
    expect(before.length).toBeGreaterThan(0);
    const engine = client(console.simulator.socketPath);
    const filters = encodeURIComponent(
      JSON.stringify({ label: ['com.docker.compose.project=exness', 'com.docker.compose.service=redis'] }),
    );
    const { json } = await engine.call('GET', `/containers/json?all=1&filters=${filters}`);
    for (const entry of array(json)) await engine.call('DELETE', `/containers/${text(field(entry, 'Id'))}?force=1`);
    await console.pass(20_000);
    const after = lines(console.text());
    expect(after.slice(0, before.length)).toEqual(expect.arrayContaining(before.slice(-3)));
    expect(console.text()).not.toContain('no containers on this engine');
  } finally {
    await console.close();
  }
});
