import { describe, expect, it } from 'vitest';
import { pick, random } from '../../simulator/world/random.ts';
import { InputDecoder, type InputEvent, PAUSES } from './decoder.ts';

const latin1 = (text: string) => Buffer.from(text).toString('latin1');

/** What reads that follow each other without a pause mean, and then nothing more comes. */
function decode(...reads: string[]): InputEvent[] {
  const decoder = new InputDecoder();
  const events = reads.flatMap((read) => decoder.push(latin1(read), 0));
  while (decoder.pause !== undefined) events.push(...decoder.expire(0));
  return events;
}

const names = (events: readonly InputEvent[]) =>
  events.map((event) => (event.kind === 'key' ? event.name : `paste ${event.text}`));

/** Every way to cut a text in two. */
const cuts = (text: string) =>
  Array.from({ length: text.length - 1 }, (_, index) => [text.slice(0, index + 1), text.slice(index + 1)]);

type Key = readonly [bytes: string, name: string];

const KEYS: [Key, ...Key[]] = [
  ['\u001b[A', 'up'],
  ['\u001b[B', 'down'],
  ['\u001bOC', 'right'],
  ['\u001b[1;5D', 'ctrl-left'],
  ['\u001b[1;2C', 'shift-right'],
  ['\u001b[5~', 'pgup'],
  ['\u001b[6~', 'pgdn'],
  ['\u001b[3~', 'delete'],
  ['\u001b[H', 'home'],
  ['\u001bOP', 'f1'],
  ['\u001b[15~', 'f5'],
  ['\u001b[24;2~', 'shift-f12'],
  ['\u001b[1;5P', 'ctrl-f1'],
  ['\u001b[4~', 'end'],
  ['\u001b[Z', 'shift-tab'],
  ['\u001b[a', 'shift-up'],
  ['\u001b[7$', 'shift-home'],
  ['\u001b[27u', 'esc'],
  ['\u001b[100;5u', 'ctrl-d'],
  ['\u001b[27;5;107~', 'ctrl-k'],
  ['\u001b[65;2u', 'shift-a'],
  ['\u001bb', 'alt-b'],
  ['\u001b\u001b[A', 'alt-up'],
];

/** Answers to queries, mouse and focus reports, keys without a name: `r`, `t`, `q` and digits in them are no keys. */
const REPORTS: [string, ...string[]] = [
  '\u001b[I',
  '\u001b[O',
  '\u001b[24;80R',
  '\u001b[?62;1;4c',
  '\u001b[>1;10;0c',
  '\u001b[0n',
  '\u001b[?2026;2$y',
  '\u001b[8;24;80t',
  '\u001b[48;24;80;0;0t',
  '\u001b[<0;82;5M',
  '\u001b[<0;82;5m',
  '\u001b[<64;82;5M',
  '\u001b[<65;1;1M',
  '\u001b[<66;1;1M',
  '\u001b[32;82;5M',
  '\u001b[M r%',
  '\u001b[M t%',
  '\u001b[M`q!',
  '\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\',
  '\u001b]11;rgb:ffff/ffff/ffff\u0007',
  '\u001b]52;c;cnRx\u0007',
  '\u001b]lmy title r q\u001b\\',
  '\u001bP>|XTerm(370)\u001b\\',
  '\u001bP1+r5463=323536\u001b\\',
  '\u001bP!|00000000\u001b\\',
  '\u001b_Gi=1;OK\u001b\\',
  '\u001b^private t\u001b\\',
  '\u001bXstring t\u001b\\',
  '\u001b[?1u',
  '\u001b[97;1:3u',
  '\u001b[1;1:3A',
  '\u001b[[A',
  '\u001b[1;5R',
  '\u001b[16~',
  '\u001b[57399u',
];

describe('the keys of a terminal', () => {
  it.each(KEYS)('%j is one key, whole or in two pieces', (bytes, name) => {
    expect(names(decode(bytes))).toEqual([name]);
    for (const pieces of cuts(bytes)) expect(names(decode(...pieces)), JSON.stringify(pieces)).toEqual([name]);
    expect(names(decode(...bytes))).toEqual([name]);
  });

  it.each(REPORTS.map((bytes) => [bytes]))('%j is no key, whole or in pieces, and the next key is', (bytes) => {
    expect(names(decode(`${bytes}j`))).toEqual(['j']);
    for (const pieces of cuts(bytes)) expect(names(decode(...pieces, 'j')), JSON.stringify(pieces)).toEqual(['j']);
    expect(names(decode(...bytes, 'j'))).toEqual(['j']);
  });

  it('tells turns of the wheel where they are wanted, and nothing else of the mouse', () => {
    const decoder = new InputDecoder(undefined, undefined, true);
    const reports =
      '\u001b[<64;82;5Mj\u001b[<65;1;1M\u001b[<0;82;5M\u001b[<0;82;5m\u001b[<68;1;1M\u001b[<32;3;3M\u001b[M`q!';
    expect(names([...decoder.push(reports.slice(0, 5), 0), ...decoder.push(reports.slice(5), 0)])).toEqual([
      'wheel-up',
      'j',
      'wheel-down',
    ]);
    expect(names(decode(reports))).toEqual(['j']);
  });

  it('drops the bytes of an old mouse report that are not text', () => {
    const decoder = new InputDecoder();
    expect(names(decoder.push('\u001b[M\u0020\u00c3\u00a9q', 0))).toEqual(['q']);
  });

  it('separates keys that arrive in one read', () => {
    expect(names(decode('jjj'))).toEqual(['j', 'j', 'j']);
    expect(names(decode(':q\r'))).toEqual([':', 'q', 'enter']);
    expect(names(decode('\t\t'))).toEqual(['tab', 'tab']);
    expect(names(decode('日é'))).toEqual(['日', 'é']);
    expect(names(decode('A \u0004\u001c\u0000'))).toEqual(['shift-a', 'space', 'ctrl-d', 'ctrl-\\', 'ctrl-space']);
    expect(decode('Q')).toEqual([{ kind: 'key', name: 'shift-q', text: 'Q' }]);
  });

  it('joins a character that was split between bytes', () => {
    const decoder = new InputDecoder();
    const bytes = latin1('日');
    expect([...decoder.push(bytes.slice(0, 2), 0), ...decoder.push(bytes.slice(2), 0)]).toEqual([
      { kind: 'key', name: '日', text: '日' },
    ]);
  });

  it('reads a lone ESC as the key once nothing follows it', () => {
    const decoder = new InputDecoder();
    expect(decoder.push('\u001b', 0)).toEqual([]);
    expect(decoder.pause).toBe('escape');
    expect(names(decoder.expire(200))).toEqual(['esc']);
    expect(names(decoder.push('j', 300))).toEqual(['j']);
    expect(names(decode('\u001b\u001b'))).toEqual(['esc', 'esc']);
  });

  it.each(['[C', '[5~', 'OP', ']11;rgb:1e/1e/2e\u0007'])('drops %j if it arrives after its ESC timed out', (tail) => {
    const decoder = new InputDecoder();
    decoder.push('\u001b', 0);
    decoder.expire(200);
    expect(decoder.push(tail, 900)).toEqual([]);
    expect(names(decoder.push('jk', 901))).toEqual(['j', 'k']);
  });

  it('reads what is typed long after an esc as keys', () => {
    const decoder = new InputDecoder();
    decoder.push('\u001b', 0);
    decoder.expire(200);
    expect(names(decoder.push('[C', 200 + PAUSES.sequence))).toEqual(['[', 'shift-c']);
  });

  it('never locks the user out: ctrl-c ends a report without an end', () => {
    for (const open of ['\u001b]0;title', '\u001bP', '\u001b[', '\u001b[200~rm -rf'])
      expect(names(decode(open, '\u0003')), open).toEqual(['ctrl-c']);
    expect(names(decode('\u001b]0;title', '\u001b', 'j'))).toEqual(['alt-j']);
  });
});

describe('a paste', () => {
  it('is one text, with control characters and sequences in it', () => {
    const text = 'restart redis\r\u001b[A\u0003q日';
    expect(decode(`\u001b[200~${text}\u001b[201~j`)).toEqual([
      { kind: 'paste', text },
      { kind: 'key', name: 'j', text: 'j' },
    ]);
    for (const pieces of cuts('\u001b[200~rq\r\u001b[201~')) expect(names(decode(...pieces))).toEqual(['paste rq\r']);
  });

  it('contains what arrived if its end never comes', () => {
    expect(names(decode('\u001b[200~half'))).toEqual(['paste half']);
  });

  it('keeps only a bounded part of endless input, and finds its end', () => {
    const decoder = new InputDecoder();
    expect(decoder.push(`\u001b[200~${'x'.repeat(200_000)}`, 0)).toEqual([]);
    const [paste, ...rest] = decoder.push(`${'y'.repeat(200_000)}\u001b[201~j`, 0);
    expect(paste?.kind).toBe('paste');
    expect(names(rest)).toEqual(['j']);
  });
});

describe('arbitrary bytes', () => {
  const SEED = 20_261_128;
  const ROUNDS = 20_000;

  it(`never turn a report into a key, however it is split (seed ${SEED}, ${ROUNDS} reports)`, () => {
    const chance = random('reports', SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      const key = pick(chance, KEYS);
      const report = () => pick(chance, REPORTS);
      const bytes = report() + key[0] + report() + report();
      const pieces: string[] = [];
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + Math.floor(chance() * bytes.length);
        pieces.push(bytes.slice(at, at + size));
        at += size;
      }
      expect(names(decode(...pieces)), JSON.stringify(pieces)).toEqual([key[1]]);
    }
  });

  it(`never throw and do not affect the next key (seed ${SEED}, ${ROUNDS} texts)`, () => {
    const chance = random('bytes', SEED);
    const alphabet = '\u001b\u001b\u001b[[]OPX^_\\Mm~;?<01259:$ABRcuq\r\u0007\u0003\u0018é日';
    for (let round = 0; round < ROUNDS; round += 1) {
      const text = Array.from({ length: 1 + Math.floor(chance() * 24) }, () =>
        alphabet.charAt(Math.floor(chance() * alphabet.length)),
      ).join('');
      const decoder = new InputDecoder();
      decoder.push(latin1(text), 0);
      while (decoder.pause !== undefined) decoder.expire(0);
      expect(names(decoder.push('j', PAUSES.sequence)), JSON.stringify(text)).toEqual(['j']);
    }
  });
});
