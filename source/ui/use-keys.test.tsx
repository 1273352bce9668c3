import { Box, Text } from 'ink';
import { useEffect, useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { type Rendered, renderAt } from '../../test/harness/render.tsx';
import type { KeyReader } from './input/key-reader.ts';
import { KeyRouter } from './key-router.ts';
import { Prompt } from './prompt/Prompt.tsx';
import { KeyContext, KeyInput } from './use-keys.ts';

const screens: Rendered[] = [];
afterEach(async () => {
  for (const screen of screens.splice(0)) await screen.unmount();
});

/** Drawn again and again, and as costly as a full screen on a busy machine: React puts other drawing off for it. */
function Burden() {
  const [, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setCount((count) => count + 1), 1);
    return () => clearInterval(timer);
  }, []);
  const until = performance.now() + 8;
  while (performance.now() < until);
  return null;
}

function Typing({ reader }: { reader: KeyReader }) {
  const [keys] = useState(() => ({ router: new KeyRouter(), bound: new Map(), reader }));
  const [accepted, setAccepted] = useState('');
  return (
    <KeyContext value={keys}>
      <KeyInput />
      <Box flexDirection="column">
        <Text>{`accepted: ${accepted}`}</Text>
        <Prompt sign=":" initial="" history={[]} width={100} onAccept={setAccepted} onCancel={() => {}} />
      </Box>
    </KeyContext>
  );
}

it('loses none of many simultaneous keys, however busy the screen is', async () => {
  const screen = await renderAt(120, 5, (reader) => <Typing reader={reader} />);
  screens.push(screen, await renderAt(10, 5, <Burden />));
  const text = 'the quick brown fox jumps over the lazy dog and types the name of a volume';
  screen.type(text);
  await screen.waitFor(text, { timeoutMs: 10_000 });
  screen.type('\r');
  expect(await screen.waitFor(/accepted: \S/, { timeoutMs: 10_000 })).toContain(`accepted: ${text}`);
});
