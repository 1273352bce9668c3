import fc from 'fast-check';
import { isBadLine, recognise } from '../../source/lib/log-line/recognise.ts';
import { maskCommand, maskCommandLine, maskEnv, maskSecrets, maskText, maskValue } from '../../source/lib/secrets.ts';
import { fitMiddle, fitStyled, fit as fitted, printable, safe, width } from '../../source/lib/text.ts';
import { visibleName } from '../../source/lib/visible-name.ts';
import { LogBuffer } from '../../source/logs/buffer.ts';
import { LineTexts } from '../../source/logs/line-texts.ts';
import { INITIAL_VIEW } from '../../source/logs/paging.ts';
import { plainText, spansOf } from '../../source/logs/spans.ts';
import { formatLine } from '../../source/panes/logs/format-line.ts';
import { createTheme } from '../../source/ui/theme.ts';
import { batchOfTexts } from '../builders/fake-log.ts';
import { fuzz, hostileJson, hostileText, showable } from './fuzz.ts';

const theme = createTheme({ level: 3, ascii: false });
const jsonText = hostileJson.map((value) => JSON.stringify({ level: 'error', msg: value, more: value }) ?? '');
const deep = fc.nat(20_000).map((depth) => `{"level":"error","tree":${'['.repeat(depth)}${']'.repeat(depth)}}`);
const logLine = fc.oneof(
  { weight: 20, arbitrary: hostileText },
  { weight: 8, arbitrary: jsonText },
  { weight: 1, arbitrary: deep },
);

fuzz('log lines are read and drawn', 1500, logLine, (line) => {
  // Of a longer line no more is kept.
  const raw = line.slice(0, 65_536).replaceAll('\n', ' ');
  showable(plainText(raw));
  for (const { text } of spansOf(raw)) showable(text);
  recognise(plainText(raw));
  isBadLine(plainText(raw));
  const buffer = new LogBuffer(1e6);
  buffer.append(0, batchOfTexts([raw]), 0, 1);
  const texts = new LineTexts(buffer);
  for (const json of [true, false]) {
    const look = { view: { ...INITIAL_VIEW, json }, width: 80, names: ['a'], prefixed: true, theme };
    for (const row of formatLine(texts, 0, undefined, look)) {
      showable(row);
      if (width(row) > 80) throw new Error(`wider than its row: ${width(row)}`);
    }
  }
});

fuzz(
  'names and cells are made safe and fitted',
  1500,
  fc.tuple(hostileText, fc.integer({ min: 0, max: 60 })),
  ([text, cells]) => {
    showable(safe(text));
    showable(visibleName(text));
    showable(printable(text).toWellFormed().replaceAll('\r\n', ''));
    for (const made of [fitted(safe(text), cells), fitMiddle(safe(text), cells), fitStyled(safe(text), cells)]) {
      if (width(made) !== cells) throw new Error(`${width(made)} cells instead of ${cells}: ${JSON.stringify(made)}`);
      showable(made);
    }
  },
);

fuzz('masking of text ends', 1200, hostileText, (text) => {
  maskText(text);
});

fuzz('masking of commands ends', 800, hostileText, (text) => {
  maskCommandLine(text);
});

fuzz('masking of variables ends', 400, hostileText, (text) => {
  maskEnv([`JAVA_OPTS=${text}`]);
});

fuzz(
  'masking of words and values ends',
  400,
  hostileText.map((text) => text.slice(0, 10_000)),
  (text) => {
    maskCommand([text, text.slice(0, 100)]);
    maskValue('JAVA_OPTS', text);
    maskEnv([text, `A=${text}`]);
  },
);

fuzz(
  'masking of whole inspects',
  300,
  hostileJson,
  (json) => {
    maskSecrets({ Config: json, Cmd: json });
  },
  // Two texts of 64 kB.
  100,
);

const word = fc.stringMatching(/^[a-z0-9_./:-]{1,12}$/);
const planted = fc.constantFrom(
  (secret: string) => `password=${secret}`,
  (secret: string) => `--password ${secret}`,
  (secret: string) => `DB_PASSWORD="${secret} ${secret}"`,
  (secret: string) => `sh -c 'redis-cli -a ${secret} ping'`,
  (secret: string) => `postgres://trader:${secret}@db:5432/desk`,
  (secret: string) => `Authorization: Bearer ${secret}`,
  (secret: string) => `{"api_key":"${secret}","user":"u"}`,
);

fuzz(
  'secrets among other words are masked',
  1000,
  fc.tuple(fc.array(word, { maxLength: 6 }), planted, fc.array(word, { maxLength: 6 })),
  ([before, plant, after]) => {
    // An option or a program before it decides what the next word means: those are not among these words.
    const line = [...before.filter((text) => !text.startsWith('-')), plant('S3KRET99'), ...after].join(' ');
    const masked = maskCommandLine(line);
    if (masked.includes('S3KRET99')) throw new Error(`${line} -> ${masked}`);
  },
);
