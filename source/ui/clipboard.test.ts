import { describe, expect, it } from 'vitest';
import { clipboardRefusal, copySequence } from './clipboard.ts';

const ENCODED = Buffer.from('order 7 ₹').toString('base64');
const PLAIN = `\u001b]52;c;${ENCODED}\u0007`;

describe('copySequence', () => {
  it('is OSC 52, for tmux both directly and passed through', () => {
    expect(copySequence('order 7 ₹', {}).sequence).toBe(PLAIN);
    expect(copySequence('order 7 ₹', { TMUX: '/tmp/s,1,0' }).sequence).toBe(
      `${PLAIN}\u001bPtmux;\u001b${PLAIN}\u001b\\`,
    );
  });

  it('is split into pieces that GNU screen accepts', () => {
    const { sequence = '' } = copySequence('x'.repeat(3000), { STY: '1.pts' });
    const pieces = sequence.split('\u001b\\').filter(Boolean);
    expect(pieces.every((piece) => piece.startsWith('\u001bP') && piece.length < 766)).toBe(true);
    const inner = pieces.map((piece) => piece.slice(2)).join('');
    expect(inner).toBe(copySequence('x'.repeat(3000), {}).sequence);
  });

  it('reports the size, and if it is too large', () => {
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

  it('reports that tmux does not forward a copy', async () => {
    for (const clipboard of ['off', 'external'])
      expect(await tmux({ 'set-clipboard': clipboard, 'allow-passthrough': 'off' })).toContain('Not copied: tmux');
  });

  it('says nothing if tmux forwards it in either way, or if that is unknown', async () => {
    expect(await tmux({ 'set-clipboard': 'on', 'allow-passthrough': 'off' })).toBeUndefined();
    expect(await tmux({ 'set-clipboard': 'external', 'allow-passthrough': 'on' })).toBeUndefined();
    expect(await tmux({ 'set-clipboard': 'external' })).toBeUndefined();
    expect(await tmux({})).toBeUndefined();
    expect(await clipboardRefusal({}, async () => 'off')).toBeUndefined();
  });
});
