import { parse } from 'valibot';
import { expect, it } from 'vitest';
import { SettingsSchema } from '../../settings/schema.ts';
import { info } from './command.ts';

it('shows no passwords of addresses and headers', () => {
  const server = { url: 'http://ops:hunter22@loki:3100', headers: { Authorization: 'Bearer of-bad-news-42' } };
  const settings = parse(SettingsSchema, { logs: { server } });
  for (const json of [true, false]) {
    let out = '';
    info(
      { json },
      {
        ...{ version: '1', paths: {} as Parameters<typeof info>[1]['paths'], settings, origin: () => 'here' },
        print: (text) => {
          out += text;
        },
      },
    );
    expect(out).toContain('loki:3100');
    expect(out).toContain('Authorization');
    expect(out).not.toMatch(/hunter22|bad-news/);
  }
});
