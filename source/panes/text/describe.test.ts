import { describe, expect, it } from 'vitest';
import { worldOf } from '../../../test/builders/desk.ts';
import { container } from '../../../test/builders/facts.ts';
import { containers } from '../../resources/containers.ts';
import { describeContainer, describeService } from './describe.ts';

describe('a description', () => {
  it('has a service with its containers, and masks what is secret', () => {
    const api = container('trading-api');
    const detail = api.detail && { ...api.detail, env: ['DATABASE_URL=postgres://u:hunter2@db/x', 'MODE=live'] };
    const world = worldOf([{ ...api, detail }]);
    const [service] = world.desk.services;
    const text = (service ? describeService(service, world) : []).map((line) => line.text).join('\n');
    expect(text).toContain('trading-api');
    expect(text).toContain('MODE=live');
    expect(text).not.toContain('hunter2');
  });

  it('lets no control sequence of a container through', () => {
    const world = worldOf([]);
    const hostile = container('evil', {
      labels: { 'a\u001b[2J': '\u001b]0;owned\u0007b' },
      command: '\u001b[31m',
    });
    for (const { text } of describeContainer(hostile, world)) expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    for (const column of containers.columns)
      expect(column.value(hostile, world)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});
