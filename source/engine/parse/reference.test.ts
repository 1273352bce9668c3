import { expect, it } from 'vitest';
import { parseReference, withTag } from './reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

it.each([
  ['redis', { repository: 'redis' }],
  ['redis:7-alpine', { repository: 'redis', tag: '7-alpine' }],
  ['localhost:5000/bots/engine', { repository: 'localhost:5000/bots/engine' }],
  ['registry.example.com:5000/bots/engine:1.4', { repository: 'registry.example.com:5000/bots/engine', tag: '1.4' }],
  [`ghcr.io/a/b@${DIGEST}`, { repository: 'ghcr.io/a/b', digest: DIGEST }],
  [`a/b:1@${DIGEST}`, { repository: 'a/b', tag: '1', digest: DIGEST }],
])('%s', (text, parts) => {
  expect(parseReference(text)).toMatchObject(parts);
});

it.each([
  '',
  'Redis',
  'a b',
  'redis:',
  ':7',
  'a//b',
  '-a',
  'redis@sha256:12',
  '--force',
  'a'.repeat(300),
  'b'.repeat(64),
])('is not a name: %s', (text) => {
  expect(parseReference(text)).toBeUndefined();
});

it('defaults to latest', () => {
  expect(withTag('redis')).toBe('redis:latest');
  expect(withTag('localhost:5000/redis')).toBe('localhost:5000/redis:latest');
  expect(withTag('redis:7')).toBe('redis:7');
  expect(withTag(`redis@${DIGEST}`)).toBe(`redis@${DIGEST}`);
});
