import { describe, expect, it } from 'vitest';
import { compose, container, exited, MINUTE, NOON, neverStarted, probed, SECOND } from '../../test/builders/facts.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { engineId, serviceId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import { dependantsOf, impactOf, wantsLines } from './impact.ts';
import { hostsIn, labelledDependencies, linkTerms } from './links.ts';
import { initialState, reduce } from './reduce.ts';

const deskOf = (...containers: readonly ContainerFacts[]) =>
  new Deriver().derive(reduce(initialState(NOON, engineId('fake')), { type: 'containers', at: NOON, containers }));
const sick = (facts: ContainerFacts) => probed(facts, 'unhealthy', { exitCode: 1, output: '' }, 3);

describe('depends_on', () => {
  it.each([
    ['db:service_healthy:false,redis:service_started:true', ['db service_healthy', 'redis service_started']],
    ['db', ['db service_started']],
    ['db:condition_of_tomorrow:false', ['db service_started']],
    ['', []],
    [' , :x', []],
  ])('reads %j', (label, expected) => {
    const read = labelledDependencies({ 'com.docker.compose.depends_on': label });
    expect(read.map((one) => `${one.service} ${one.condition}`)).toEqual(expected);
  });
});

describe('a dependency that restarts its service with it', () => {
  const linked = compose('p', 'api', { dependsOn: 'db:service_healthy:true,cache:service_started:false' });
  const again = (service: string) => compose('p', service, { detail: { startedAt: NOON - MINUTE } });
  const reasonOf = (...containers: readonly ContainerFacts[]) =>
    deskOf(...containers).byId.get(serviceId('compose:p/api'))?.verdict.reason;

  it('is distinguished from others', () => {
    const [db, cache] = deskOf(linked).byId.get(serviceId('compose:p/api'))?.dependsOn ?? [];
    expect([db && linkTerms(db), cache && linkTerms(cache)]).toEqual([
      'service_healthy, restart: true',
      'service_started',
    ]);
  });

  it('is noted on a service that was not restarted with it', () => {
    expect(reasonOf(linked, compose('p', 'db'), again('cache'))).toBe('running, no health check');
    expect(reasonOf(linked, again('db'))).toBe(
      'running, no health check; not restarted since db was (depends_on restart: true)',
    );
    const restarted = compose('p', 'api', { dependsOn: 'db:service_healthy:true', detail: { startedAt: NOON } });
    expect(reasonOf(restarted, again('db'))).toBe('running, no health check');
  });
});

describe('host names in the environment', () => {
  it.each([
    ['DATABASE_URL=postgresql://user:p@ss@postgres:5432/db', 'postgres'],
    ['REDIS_URL=redis://redis', 'redis'],
    ['KAFKA_BROKERS=kafka-1:9092,kafka-2:9092', 'kafka-1,kafka-2'],
    ['DB_HOST=Postgres', 'postgres'],
    ['MONGO=mongodb://a:1,b:2/x', 'a,b'],
    ['CACHE_BACKEND=redis', ''],
    ['PATH=/usr/bin:/bin', ''],
    ['TIME=12:30', ''],
    ['=x', ''],
    ['NOTHING', ''],
  ])('finds in %s: %s', (entry, hosts) => {
    expect([...hostsIn([entry]).keys()].join(',')).toBe(hosts);
  });

  it('make a link only if a shared network resolves them', () => {
    const env = { env: ['DB_HOST=db', 'SELF=http://api:80', 'ELSEWHERE=http://example.com'] };
    const api = compose('p', 'api', { detail: env });
    const foreign = compose('other', 'api', { detail: env });
    const desk = deskOf(api, foreign, compose('p', 'db'));
    expect(desk.byId.get(serviceId('compose:p/api'))?.dependsOn).toEqual([
      { service: 'db', condition: 'service_started', signal: 'environment', serviceId: 'compose:p/db', via: 'DB_HOST' },
    ]);
    expect(desk.byId.get(serviceId('compose:other/api'))?.dependsOn).toEqual([]);
  });

  it('reach single containers and other projects by name and alias', () => {
    const attachments = [{ network: 'shared', aliases: ['the-cache'] }];
    const cache = container('cache-7', { attachments });
    const app = compose('p', 'app', {
      attachments: [{ network: 'shared', aliases: [] }],
      detail: { env: ['U=redis://the-cache'] },
    });
    expect(deskOf(cache, app).byId.get(serviceId('compose:p/app'))?.dependsOn[0]).toMatchObject({
      serviceId: 'container:cache-7',
    });
  });

  it('follow a name that moves to another service, and one that disappears', () => {
    const deriver = new Deriver();
    const app = compose('p', 'app', { detail: { env: ['U=redis://cache'] } });
    const links = (containers: ContainerFacts[]) => {
      const state = reduce(initialState(NOON, engineId('fake')), { type: 'containers', at: NOON, containers });
      return deriver
        .derive(state)
        .byId.get(serviceId('compose:p/app'))
        ?.dependsOn.map((one) => one.serviceId);
    };
    const named = (service: string) =>
      compose('p', service, { attachments: [{ network: 'p-network', aliases: ['cache'] }] });
    expect(links([app])).toEqual([]);
    expect(links([app, named('redis')])).toEqual(['compose:p/redis']);
    expect(links([app, named('valkey')])).toEqual(['compose:p/valkey']);
    expect(links([app])).toEqual([]);
  });
});

describe('causes', () => {
  it('are traced to the root, with every link in between', () => {
    const desk = deskOf(
      exited(compose('p', 'db'), 1, { at: NOON - MINUTE }),
      sick(compose('p', 'api', { dependsOn: 'db:service_healthy:false' })),
      sick(compose('p', 'web', { dependsOn: 'api:service_started:false' })),
    );
    expect(desk.byId.get(serviceId('compose:p/web'))?.cause).toMatchObject({
      serviceId: 'compose:p/db',
      signal: expect.stringMatching(/^depends_on api \(service_started\), depends_on db \(service_healthy\)/),
    });
    expect(desk.byId.get(serviceId('compose:p/db'))?.blocks).toEqual(['compose:p/api', 'compose:p/web']);
    expect(desk.byId.get(serviceId('compose:p/api'))?.blocks).toEqual([]);
  });

  it('are all named if there are several, the worst first', () => {
    const desk = deskOf(
      sick(compose('p', 'a')),
      exited(compose('p', 'b'), 1, { at: NOON - MINUTE }),
      sick(compose('p', 'web', { dependsOn: 'a:service_started:false,b:service_started:false' })),
    );
    const web = desk.byId.get(serviceId('compose:p/web'));
    expect(web?.cause?.name).toBe('b');
    expect(web?.otherCauses?.map((one) => one.name)).toEqual(['a']);
  });

  it('do not loop: in a cycle of problems the earliest explains the others', () => {
    const down = (name: string, on: string, ago: number) =>
      exited(compose('p', name, { dependsOn: `${on}:service_started:false` }), 1, { at: NOON - ago * SECOND });
    const desk = deskOf(down('a', 'b', 10), down('b', 'c', 30), down('c', 'a', 20));
    expect(desk.byId.get(serviceId('compose:p/b'))?.cause).toBeUndefined();
    expect(desk.byId.get(serviceId('compose:p/a'))?.cause?.name).toBe('b');
    expect(desk.byId.get(serviceId('compose:p/c'))?.cause?.name).toBe('b');
    const alone = deskOf(down('a', 'a', 1));
    expect(alone.byId.get(serviceId('compose:p/a'))?.cause).toBeUndefined();
  });

  it('are not problems that began later', () => {
    const started = { startedAt: NOON - 60 * MINUTE };
    const desk = deskOf(
      exited(compose('p', 'db', { detail: started }), 1, { at: NOON - SECOND }),
      exited(compose('p', 'api', { dependsOn: 'db:service_started:false', detail: started }), 1, {
        at: NOON - 30 * MINUTE,
      }),
    );
    expect(desk.byId.get(serviceId('compose:p/api'))?.cause).toBeUndefined();
  });

  it('are not searched for problems that explain themselves', () => {
    const api = compose('p', 'api', { dependsOn: 'db:service_started:false' });
    const desk = deskOf(exited(compose('p', 'db'), 1, { at: NOON - MINUTE }), exited(api, 137, { oomKilled: true }));
    expect(desk.byId.get(serviceId('compose:p/api'))).toMatchObject({ verdict: { code: 'oom-killed' } });
    expect(desk.byId.get(serviceId('compose:p/api'))?.cause).toBeUndefined();
  });

  it('exclude a service with a broken probe, although it keeps others from starting', () => {
    const noCurl = { exitCode: 127, output: 'sh: curl: not found' };
    const api = probed(compose('p', 'api'), 'unhealthy', noCurl, 3);
    const web = compose('p', 'web', { dependsOn: 'api:service_healthy:false' });
    const sickDesk = deskOf(api, sick(web));
    expect(sickDesk.byId.get(serviceId('compose:p/api'))).toMatchObject({
      verdict: { code: 'probe-broken' },
      blocks: [],
    });
    expect(sickDesk.byId.get(serviceId('compose:p/web'))?.cause).toBeUndefined();
    expect(deskOf(api, neverStarted(web)).byId.get(serviceId('compose:p/web'))?.cause?.name).toBe('api');
  });

  it('of a start that is still waiting are named without alarm', () => {
    const postgres = probed(compose('p', 'postgres'), 'starting', { exitCode: 1, output: '' }, 1);
    const api = neverStarted(compose('p', 'api', { dependsOn: 'postgres:service_healthy:false' }));
    expect(deskOf(postgres, api).byId.get(serviceId('compose:p/api'))?.verdict).toMatchObject({
      level: 'starting',
      code: 'blocked',
      reason: 'waits for postgres to be healthy',
    });
  });
});

describe('impact', () => {
  const desk = deskOf(
    exited(compose('p', 'db'), 1, { at: NOON - MINUTE }),
    sick(compose('p', 'api', { dependsOn: 'db:service_healthy:false' })),
    compose('p', 'web', { dependsOn: 'api:service_started:false' }),
    compose('p', 'docs'),
  );
  it('includes the services that it blocks, and those at risk', () => {
    const { blocks, atRisk } = impactOf(desk, serviceId('compose:p/db'));
    expect(blocks.map((one) => one.name)).toEqual(['api']);
    expect(atRisk.map((one) => one.name)).toEqual(['web']);
    expect(dependantsOf(desk, serviceId('compose:p/docs'))).toEqual([]);
  });
  it('requests the last lines of causes, symptoms and services at risk, but no others', () => {
    expect(wantsLines(desk).map((one) => one.name)).toEqual(['p-db', 'p-api', 'p-web']);
  });
});
