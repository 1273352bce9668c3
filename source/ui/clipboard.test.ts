import { describe, expect, it } from 'vitest';
import { clipboardRefusal, copySequence } from './clipboard.ts';

const ENCODED = Buffer.from('order 7 ₹').toString('base64');
const PLAIN = `\u001b]52;c;${ENCODED}\u0007`;

describe('copySequence', () => {
  it('is OSC 52, for tmux as it takes it itself and as it hands it on', () => {
    expect(copySequence('order 7 ₹', {}).sequence).toBe(PLAIN);
    expect(copySequence('order 7 ₹', { TMUX: '/tmp/s,1,0' }).sequence).toBe(
      `${PLAIN}\u001bPtmux;\u001b${PLAIN}\u001b\\`,
    );
  });

  it('comes in pieces that GNU screen takes', () => {
    const { sequence = '' } = copySequence('x'.repeat(3000), { STY: '1.pts' });
    const pieces = sequence.split('\u001b\\').filter(Boolean);
    expect(pieces.every((piece) => piece.startsWith('\u001bP') && piece.length < 766)).toBe(true);
    const inner = pieces.map((piece) => piece.slice(2)).join('');
    expect(inner).toBe(copySequence('x'.repeat(3000), {}).sequence);
  });

  it('reports how much it was, and that it is too much', () => {
    expect(copySequence('a\nb', {}).notice).toBe("Sent 2 lines to the terminal's clipboard");
    expect(copySequence('₹', {}).notice).toBe("Sent 3 bytes to the terminal's clipboard");
    const long = copySequence('₹'.repeat(25_000), {});
    expect(long.sequence).toBeUndefined();
    expect(long.notice).toMatch(/^Not copied: 75000 bytes exceed the limit of terminals/);
  });
});

describe('clipboardRefusal', () => {
  const tmux = (options: Record<string, string>) =>
    clipboardRefusal({ TMUX: '/tmp/s,1,0' }, async ([, name = '']) => options[name]);

  it('says when tmux keeps a copy to itself', async () => {
    for (const clipboard of ['off', 'external'])
      expect(await tmux({ 'set-clipboard': clipboard, 'allow-passthrough': 'off' })).toContain('Not copied: tmux');
  });

  it('says nothing when it is handed on one way or the other, or that is not known', async () => {
    expect(await tmux({ 'set-clipboard': 'on', 'allow-passthrough': 'off' })).toBeUndefined();
    expect(await tmux({ 'set-clipboard': 'external', 'allow-passthrough': 'on' })).toBeUndefined();
    expect(await tmux({ 'set-clipboard': 'external' })).toBeUndefined();
    expect(await tmux({})).toBeUndefined();
    expect(await clipboardRefusal({}, async () => 'off')).toBeUndefined();
  });
});
