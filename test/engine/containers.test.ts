import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPlace, type Place } from '../actions/real.ts';
import { runWords } from '../actions/run-words.ts';
import { describeEngine } from './require-engine.ts';

/** Actions on single containers beyond their lifecycle. */
describeEngine('containers on the real engine', () => {
  let place: Place;
  let id: string;
  let network: string;
  beforeAll(async () => {
    place = await openPlace('containers');
    network = place.nameOf('net');
    await place.network(network);
    id = await place.run('box', 'sleep 600', { HostConfig: { NetworkMode: network } });
  });
  afterAll(() => place.end());

  const go = (...words: string[]) => runWords(place, words, { yes: true });
  const box = () => place.engine.container(id);
  const networks = async () => (await box()).attachments.map((one) => one.network);

  it('are renamed as they run, never to a name that is taken', async () => {
    const other = await place.run('other', 'sleep 600');
    const [old, taken, wanted] = [place.nameOf('box'), place.nameOf('other'), place.nameOf('renamed')];
    const { startedAt } = (await box()).detail ?? {};
    expect(await go('rename', old, taken)).toMatchObject({ code: 2, text: expect.stringContaining('is taken') });
    expect(await go('rename', old, wanted)).toMatchObject({
      code: 0,
      text: expect.stringContaining(`is called ${wanted}`),
    });
    expect(await box()).toMatchObject({ name: wanted, detail: { startedAt } });
    expect(await go('rename', wanted, old)).toMatchObject({ code: 0 });
    expect((await place.engine.container(other)).name).toBe(taken);
  });

  it('leave a network and join it again, with another name there', async () => {
    const name = place.nameOf('box');
    const left = await go('disconnect', name, network);
    expect(left).toMatchObject({ code: 0, text: expect.stringContaining(`It is the only network of ${name}`) });
    expect(await networks()).toEqual([]);
    expect(await go('disconnect', name, network)).toMatchObject({
      code: 2,
      text: expect.stringContaining('is not on'),
    });
    expect(await go('connect', name, network, '--alias', 'feed')).toMatchObject({ code: 0 });
    expect(await networks()).toEqual([network]);
    expect((await box()).attachments[0]?.aliases).toContain('feed');
    expect(await go('connect', name, network)).toMatchObject({
      code: 2,
      text: expect.stringContaining('is already on'),
    });
    expect(await go('connect', name, 'nowhere')).toMatchObject({
      code: 2,
      text: expect.stringContaining('there is no network nowhere'),
    });
  });
});
