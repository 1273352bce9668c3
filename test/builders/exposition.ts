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
