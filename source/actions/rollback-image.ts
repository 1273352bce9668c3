import { createHash } from 'node:crypto';
import type { ImageFacts } from '../engine/facts.ts';
import { splitReference } from '../engine/parse/reference.ts';

/** The repository under which images are kept for going back: `deskhand-rollback/exness/backend`. Prunes leave it alone. */
const ROOT = 'deskhand-rollback';

/** Of a service or container, by the name that the operator uses. Names that Docker does not take get a short hash. */
export function rollbackRepository(name: string): string {
  const path = name
    .toLowerCase()
    .split('/')
    .map((part) => part.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'x')
    .join('/');
  const hash = path === name ? '' : `-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  return `${ROOT}/${path}${hash}`;
}

/** The tag that an image is kept under: the beginning of its id, so that none takes the place of another. */
export function rollbackTag(imageId: string): string {
  return imageId.replace(/^sha256:/, '').slice(0, 12);
}

/** The images that are kept for a service. */
export function keptFor(name: string, images: readonly ImageFacts[]): ImageFacts[] {
  const repository = rollbackRepository(name);
  return images.filter(({ tags }) => tags.some((tag) => splitReference(tag).repository === repository));
}

/** The best name of an image: one in the repository that is in use, then any that is not ours, then ours. */
export function bestName({ id, tags }: Pick<ImageFacts, 'id' | 'tags'>, beside: string): string {
  const { repository } = splitReference(beside);
  const own = tags.filter((tag) => !tag.startsWith(`${ROOT}/`));
  return own.find((tag) => splitReference(tag).repository === repository) ?? own[0] ?? tags[0] ?? id;
}
