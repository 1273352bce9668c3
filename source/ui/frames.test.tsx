import { Box } from 'ink';
import { render } from 'ink-testing-library';
import type { ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { typist } from '../../test/builders/typist.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import { systemClock } from '../lib/clock.ts';
import { Dialog } from './dialog/Dialog.tsx';
import { ARMED_AFTER_MS, ARMED_AT_MOST_MS } from './dialog/use-dialog.ts';
import { KeyRouter } from './key-router.ts';
import { Prompt } from './prompt/Prompt.tsx';
import { TextView } from './text-view/TextView.tsx';
import { KeyContext, KeyInput } from './use-keys.ts';

/** What each widget draws and does with keys, as somebody at a keyboard sees it. */

function mount(widget: ReactNode) {
  const { reader, type } = typist();
  const keys = { router: new KeyRouter(), bound: new Map(), reader };
  const { lastFrame } = render(
    <KeyContext value={keys}>
      <KeyInput />
      <Box width={80} height={24}>
        {widget}
      </Box>
    </KeyContext>,
  );
  const frame = () => lastFrame() ?? '';
  return {
    frame,
    type,
    shows: (text: string) => eventually(() => expect(frame()).toContain(text)),
  };
}

/** A loaded machine takes its time. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

const TAB = '\t';
const ENTER = '\r';
const ESC = '\u001b';

describe('the dialog', () => {
  const asked = (more: Partial<Parameters<typeof Dialog>[0]> = {}) => {
    const onYes = vi.fn();
    const onCancel = vi.fn();
    const dialog = mount(
      <Dialog
        title="Restart exness/redis"
        lines={[{ text: 'backend depends on it' }]}
        buttons={[{ label: 'Restart', press: onYes }]}
        columns={80}
        rows={24}
        clock={systemClock}
        onCancel={onCancel}
        {...more}
      />,
    );
    return { ...dialog, onYes, onCancel };
  };

  it('accepts no key before it has been on the screen for a moment', async () => {
    const clock = fakeClock();
    const { frame, type, shows, onYes } = asked({ clock });
    await shows('Read it first');
    for (let burst = 0; burst < 2; burst += 1) {
      type(`${TAB}${ENTER}`);
      for (let turn = 0; turn < 5; turn += 1) await clock.settle();
      await clock.advance(ARMED_AFTER_MS - 1);
    }
    expect(frame()).not.toContain('> Cancel <');
    await clock.advance(1);
    await shows('> Cancel <');
    expect(onYes).not.toHaveBeenCalled();
    type(TAB);
    await shows('> Restart <');
    type(ENTER);
    await eventually(() => expect(onYes).toHaveBeenCalledOnce());
  });

  it('accepts keys after a second and a half even if they never pause', async () => {
    const clock = fakeClock();
    const { type, shows } = asked({ clock });
    await shows('Read it first');
    for (let passed = 0; passed < ARMED_AT_MOST_MS; passed += 100) {
      type('x');
      await clock.advance(100);
    }
    await shows('> Cancel <');
  });

  it('cannot be confirmed if none of the affected objects is visible', async () => {
    const { type, shows, onYes } = asked({
      rows: 7,
      lines: ['a', 'b', 'c'].map((text) => ({ text, object: true as const })),
    });
    await shows('too small to show');
    type(`${TAB}${ENTER}${TAB}${ENTER}`);
    await shows('too small to show');
    expect(onYes).not.toHaveBeenCalled();
  });

  it('accepts a reason', async () => {
    const { type, shows, onYes } = asked({ reason: true });
    await shows('> Cancel <');
    type(`${TAB}${TAB}`);
    type(`out of memory${ENTER}`);
    await shows('out of memory');
    type(TAB);
    await shows('> Restart <');
    type(ENTER);
    await eventually(() => expect(onYes).toHaveBeenCalledWith({ excluded: new Set(), reason: 'out of memory' }));
  });

  it('says what will happen and has Cancel in focus', async () => {
    const { frame, type, shows, onYes, onCancel } = asked();
    await shows('> Cancel <');
    expect(frame()).toContain('Restart exness/redis');
    expect(frame()).toContain('backend depends on it');
    type(ENTER);
    await eventually(() => expect(onCancel).toHaveBeenCalledOnce());
    expect(onYes).not.toHaveBeenCalled();
  });

  it('confirms after the button was chosen', async () => {
    const { type, shows, onYes } = asked();
    await shows('> Cancel <');
    type(TAB);
    await shows('> Restart <');
    type(ENTER);
    await eventually(() => expect(onYes).toHaveBeenCalledOnce());
  });

  it('reports a wrong name', async () => {
    const { type, shows } = asked({ typed: 'redis' });
    await shows('Type redis');
    type(`foo${ENTER}`);
    await shows('"foo" is not "redis"');
  });

  it('requires the name to be typed, and a wrong one does nothing', async () => {
    const { type, shows, onYes, onCancel } = asked({ typed: 'redis' });
    await shows('Type redis and press enter');
    type(`redas${ENTER}`);
    await shows('redas');
    expect(onYes).not.toHaveBeenCalled();
    type('\u007f\u007f');
    type(`is${ENTER}`);
    await eventually(() => expect(onYes).toHaveBeenCalledOnce());
    expect(onCancel).not.toHaveBeenCalled();
  });

  it('reaches the other buttons even while a name is typed, but never the action itself', async () => {
    const elsewhere = vi.fn();
    const onYes = vi.fn();
    const { type, shows } = asked({
      typed: 'redis',
      buttons: [
        { label: 'Restart', press: onYes },
        { label: 'Rolling', press: elsewhere },
      ],
    });
    await shows('or tab to');
    type(TAB);
    await shows('> Rolling <');
    type(ENTER);
    await eventually(() => expect(elsewhere).toHaveBeenCalledOnce());
    expect(onYes).not.toHaveBeenCalled();
  });

  it('moves from object to object, even if one takes several rows, and types no space before a name', async () => {
    const long = `image b ${'that is wanted by nobody '.repeat(5)}`;
    const { type, shows, onYes } = asked({
      typed: 'redis',
      lines: [{ text: 'a warning' }, { text: `image a ${long}`, id: 'a' }, { text: long, id: 'b' }],
    });
    await shows('Type redis');
    type('\u001b[B');
    type(' ');
    await shows('[ ] image b');
    type('\u001b[A');
    type('\u001b[A');
    type(' ');
    type(`redis${ENTER}`);
    await eventually(() => expect(onYes).toHaveBeenCalledWith({ excluded: new Set(['b']), reason: '' }));
  });

  it('excludes objects from a plan with space', async () => {
    const { type, shows, onYes } = asked({
      lines: [
        { text: 'image a', id: 'a' },
        { text: 'image b', id: 'b' },
      ],
    });
    await shows('> Cancel <');
    type('\u001b[B');
    type(' ');
    await shows('[ ] image b');
    type(TAB);
    await shows('> Restart <');
    type(ENTER);
    await eventually(() => expect(onYes).toHaveBeenCalledWith({ excluded: new Set(['b']), reason: '' }));
  });
});

describe('the prompt', () => {
  it('accepts input that arrives in one read, completes it and submits it', async () => {
    const onAccept = vi.fn();
    const { type, shows } = mount(
      <Prompt
        sign=":"
        initial=""
        history={['svc']}
        width={60}
        completion="containers"
        onAccept={onAccept}
        onCancel={() => {}}
      />,
    );
    await shows(':');
    type('cont');
    await shows('iners');
    type(`${TAB}${ENTER}`);
    await eventually(() => expect(onAccept).toHaveBeenCalledWith('containers'));
  });

  it('cancels with esc and reports errors', async () => {
    const onCancel = vi.fn();
    const { type, shows } = mount(
      <Prompt
        sign="/"
        initial="a("
        history={[]}
        width={60}
        error="Unterminated group"
        onAccept={() => {}}
        onCancel={onCancel}
      />,
    );
    await shows('Unterminated group');
    type(ESC);
    await eventually(() => expect(onCancel).toHaveBeenCalledOnce());
  });
});

describe('a text', () => {
  const lines = Array.from({ length: 40 }, (_, index) => ({ text: `line ${index}` }));
  const text = (onSearch: (accept: (text: string) => void) => void = () => {}) =>
    mount(
      <TextView
        title=" YAML(redis) "
        lines={lines}
        width={60}
        height={12}
        onSearch={onSearch}
        onCopy={() => {}}
        onSave={() => {}}
      />,
    );

  it('is scrolled', async () => {
    const { frame, type, shows } = text();
    await shows('line 0');
    expect(frame()).not.toContain('line 10');
    type('G');
    await shows('line 39');
    expect(frame()).toContain('100%');
    type('gj');
    await shows('line 10');
    expect(frame()).not.toContain('line 0');
  });

  it('is searched', async () => {
    const { type, shows } = text((accept) => accept('line 31'));
    await shows('line 0');
    type('/');
    await shows('line 31');
    await shows('/line 31');
  });
});
