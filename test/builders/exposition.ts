import { type Exposition, seriesText } from '../../source/prometheus/exposition/exposition.ts';
import { ExpositionParser } from '../../source/prometheus/exposition/parser.ts';

type Options = Parameters<ExpositionParser['parse']>[1] & {
  limits?: ConstructorParameters<typeof ExpositionParser>[0];
};

/** Parses a single page. */
export function parseExposition(
  body: string | Uint8Array,
  options: Options = {},
): ReturnType<ExpositionParser['parse']> {
  return new ExpositionParser(options.limits).parse(body, options);
}

/** Every sample as `series value`, with its timestamp where it has one. */
export function samples(result: Exposition): string[] {
  return result.series.map((series, index) => {
    const time = result.timestamps?.[index] ?? Number.NaN;
    return `${seriesText(series)} ${result.values[index]}${Number.isNaN(time) ? '' : ` @${time}`}`;
  });
}

/** Its errors, each with its line. */
export const messages = (result: Exposition) => result.errors.map(({ line, message }) => `${line}: ${message}`);
