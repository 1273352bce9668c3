import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { describe, expect, it } from 'vitest';
import { maskText } from '../../source/lib/secrets.ts';
import { random as seeded } from '../../source/simulator/world/random.ts';
import { harmlessIds, issuedSecrets } from './issued.ts';

const LINES = 2000;
const percent = (part: number, all: number) => (100 * part) / all;
const curated = readFileSync(join(import.meta.dirname, 'harmless.txt'), 'utf8')
  .trimEnd()
  .split('\n');

describe('masking of log lines', () => {
  it('leaves real lines with paths, ids, hashes and digests as they are', () => {
    expect(curated.filter((line) => maskText(line) !== line)).toEqual([]);
  });

  it('leaves at least 99.5 % of random ids as they are', () => {
    const lines = harmlessIds(seeded(20_260_115), LINES);
    const masked = lines.filter((line) => maskText(line) !== line);
    console.log(`harmless: ${lines.length} lines, ${percent(masked.length, lines.length).toFixed(2)} % masked`);
    expect(percent(masked.length, lines.length), masked.join('\n')).toBeLessThanOrEqual(0.5);
  });

  it('masks at least 99.5 % of random secrets', () => {
    const planted = issuedSecrets(seeded(20_260_116), LINES);
    const shown = planted.filter(({ line, secret }) => maskText(line).includes(secret));
    console.log(`secrets: ${planted.length} lines, ${percent(shown.length, planted.length).toFixed(2)} % shown`);
    expect(percent(shown.length, planted.length), shown.map(({ line }) => line).join('\n')).toBeLessThanOrEqual(0.5);
  });

  it('masks the words of any wallet, and no other words', () => {
    const random = seeded(7);
    const words = (count: number) =>
      Array.from({ length: count }, () => wordlist[Math.floor(random() * 2048)]).join(' ');
    for (let i = 0; i < 200; i += 1) {
      const phrase = words(i % 2 === 0 ? 12 : 24);
      expect(maskText(`restored ${phrase} from the backup`)).toBe('restored ******** from the backup');
    }
    const commands =
      'available commands: start stop restart pull push build config create remove inspect events kill pause';
    expect(maskText(commands)).toBe(commands);
  });
});
