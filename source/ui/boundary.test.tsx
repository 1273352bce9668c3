import { Text } from 'ink';
import { expect, it } from 'vitest';
import { renderAt } from '../../test/harness/render.tsx';
import { Boundary } from './Boundary.tsx';

function Part({ fails }: { fails: boolean }) {
  if (fails) throw new Error('no such \u001b[2Jthing');
  return <Text>all is well</Text>;
}

function Screen({ fails, attempt }: { fails: boolean; attempt: number }) {
  return (
    <>
      <Boundary name="the health pane" width={60} height={5} attempt={attempt} onError={() => {}}>
        <Part fails={fails} />
      </Boundary>
      <Text>the rest</Text>
    </>
  );
}

it('confines a failure to its own part of the screen, and redraws that part at the next attempt', async () => {
  const screen = await renderAt(60, 8, <Screen fails={true} attempt={1} />);
  expect(screen.text()).toContain('the health pane cannot be shown: no such thing');
  expect(screen.text()).toContain('the rest');
  screen.rerender(<Screen fails={false} attempt={1} />);
  await screen.settled();
  expect(screen.text()).not.toContain('all is well');
  screen.rerender(<Screen fails={false} attempt={2} />);
  await screen.settled();
  expect(screen.text()).toContain('all is well');
  await screen.unmount();
});
