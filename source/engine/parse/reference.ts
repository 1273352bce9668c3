/** An image's name in its parts, as Docker reads it (github.com/distribution/reference). */
export type Reference = {
  /** Registry and path, as written: `registry:5000/bots/engine`. */
  repository: string;
  tag?: string;
  /** `sha256:…` */
  digest?: string;
};

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const DOMAIN =
  '(?:localhost|[a-zA-Z0-9][a-zA-Z0-9-]*(?:\\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9][a-zA-Z0-9-]*(?=:)|\\[[0-9a-fA-F:]+\\])(?::\\d+)?';
const REFERENCE = new RegExp(
  `^((?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);
const LONGEST = 255;

/** The parts of a name; undefined where it is none that Docker takes. */
export function parseReference(text: string): Reference | undefined {
  const [, repository, tag, digest] = REFERENCE.exec(text) ?? [];
  if (repository === undefined || repository.length > LONGEST) return undefined;
  // 64 hexadecimal digits are an id, never a name.
  if (/^[0-9a-f]{64}$/.test(text)) return undefined;
  return { repository, tag, digest };
}

/** The parts of a name that the engine gave; one it should not have given counts as a repository. */
export function splitReference(text: string): Reference {
  return parseReference(text) ?? { repository: text };
}

/** `redis` means `redis:latest`; a name with a tag or a digest stays. */
export function withTag(reference: string): string {
  const { repository, tag, digest } = splitReference(reference);
  return tag === undefined && digest === undefined ? `${repository}:latest` : reference;
}
