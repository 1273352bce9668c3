import { describe, expect, it } from 'vitest';
import { deskOf, service } from '../../test/builders/desk.ts';
import { engineId } from '../lib/ids.ts';
import { serviceOnHosts } from './select.ts';

const host = (name: string, ...services: [project: string, name: string][]) => ({
  spec: { name: engineId(name), member: true, readonly: false, where: '' },
  desk: deskOf(services.map(([project, own]) => service(project, own))).desk,
});

describe('a service on many hosts', () => {
  const hosts = [
    host('lon-1', ['exness', 'engine'], ['exness', 'redis']),
    host('lon-2', ['exness', 'engine'], ['maricusco', 'redis']),
    { ...host('lon-3'), desk: undefined },
  ];

  it('is found by its name with the hosts that have it', () => {
    const found = { name: 'exness/engine', hosts: ['lon-1', 'lon-2'] };
    expect(serviceOnHosts('engine', hosts)).toEqual(found);
    expect(serviceOnHosts('exness/engine', hosts)).toEqual(found);
    expect(serviceOnHosts('maricusco/redis', hosts)).toMatchObject({ hosts: ['lon-2'] });
  });

  it('is refused when the name means several or none', () => {
    expect(serviceOnHosts('redis', hosts)).toEqual({ error: 'redis is ambiguous: exness/redis, maricusco/redis.' });
    expect(serviceOnHosts('exness/engin', hosts)).toMatchObject({ error: expect.stringContaining('exness/engine') });
  });
});
