import { onTestFinished } from 'vitest';
import type { ContainerFacts } from '../../source/engine/facts.ts';
import type { EngineMessage } from '../../source/engine/message.ts';
import { Inventory, type InventorySettings } from '../../source/engine/watch/inventory.ts';
import { fakeClock } from '../fake-clock.ts';
import { FakeEngine, fakeEvent } from './fake-engine.ts';

type Message<T extends EngineMessage['type']> = Extract<EngineMessage, { type: T }>;

/** An inventory of an engine with these containers; it is stopped when the test has finished. */
export async function setUp(containers: readonly ContainerFacts[], settings: Partial<InventorySettings> = {}) {
  const clock = fakeClock();
  const engine = new FakeEngine(clock, containers);
  const emitted: EngineMessage[] = [];
  let inventory: Inventory | undefined;
  onTestFinished(() => inventory?.stop());
  const start = async () => {
    inventory = new Inventory({ engine, clock, emit: (message) => emitted.push(message), settings, random: () => 1 });
    await clock.settle();
    return inventory;
  };
  const of = <T extends EngineMessage['type']>(type: T) => emitted.filter((m): m is Message<T> => m.type === type);
  /** What the desk would show now. */
  const shown = () => {
    const all = new Map<string, ContainerFacts>();
    for (const message of emitted) {
      if (message.type === 'containers') all.clear();
      if (message.type === 'containers') for (const container of message.containers) all.set(container.id, container);
      if (message.type === 'container') all.set(message.container.id, message.container);
      if (message.type === 'container-gone') all.delete(message.id);
    }
    return all;
  };
  const event = (id: string, action: string, attributes = {}) =>
    engine.emit(fakeEvent(id, action, clock.now(), attributes));
  const inspects = (id = '') => engine.calls.filter((call) => call.startsWith(`container ${id}`)).length;
  const forget = () => {
    emitted.length = 0;
    engine.calls.length = 0;
  };
  return { clock, engine, emitted, of, start, shown, event, inspects, forget };
}
