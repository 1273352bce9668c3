import { describe, expect, it } from 'vitest';
import { container } from '../../../test/builders/facts.ts';
import { fromInspect, fromList } from './merge.ts';

const ID = `sha256:f97fed59f513${'0'.repeat(52)}`;
const listed = (image: string) => container('bot', { image, imageId: ID, detail: null });
const inspected = (image: string) => container('bot', { image, imageId: ID });

describe('the image of a container whose image name moved to a newer build', () => {
  it.each([ID, 'f97fed59f513'])('is its name at the start, marked as outdated, if the list says %s', (id) => {
    const known = fromInspect(listed(id), inspected('bot:1'), 0);
    expect(known).toMatchObject({ image: 'bot:1', imageReplaced: true });
    expect(fromList(known, listed(id))).toMatchObject({ image: 'bot:1', imageReplaced: true });
  });

  it('is marked as soon as a list shows it, until the name returns', () => {
    const known = fromInspect(listed('bot:1'), inspected('bot:1'), 0);
    expect(known.imageReplaced).toBeUndefined();
    const older = fromList(known, listed(ID));
    expect(older).toMatchObject({ image: 'bot:1', imageReplaced: true });
    const again = fromList(older, listed('bot:1'));
    expect(again).toMatchObject({ image: 'bot:1' });
    expect(again.imageReplaced).toBeUndefined();
  });

  it('is the id if it was started from an id', () => {
    const known = fromInspect(listed(ID), inspected(ID), 0);
    expect(known.image).toBe(ID);
    expect(known.imageReplaced).toBeUndefined();
  });

  it("is a name even if it looks like an id, unless it is the image's own id", () => {
    expect(fromInspect(listed('deadbeefcafe'), inspected('deadbeefcafe'), 0)).toMatchObject({ image: 'deadbeefcafe' });
  });
});
