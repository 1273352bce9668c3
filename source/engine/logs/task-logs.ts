import type { CallOptions, LogQuery } from '../engine.ts';
import { EngineError } from '../engine.ts';
import { fields, text } from '../parse/fields.ts';
import { parseInspected } from '../parse/parse-container.ts';
import { parseTask } from '../parse/parse-objects.ts';
import type { LogEngine } from './follower.ts';

/** The logs of Swarm tasks by their ids, as a manager fetches them from whichever node they run on. */
export function taskLogs(engine: LogEngine): LogEngine {
  const { taskLogs: logs, inspect } = engine;
  if (!logs || !inspect) throw new EngineError('bad-request', 'this engine has no logs of tasks');
  return {
    logs: (id: string, query: LogQuery) => logs(id, query),
    container: async (id: string, options?: CallOptions) => containerOf(await inspect('task', id, options)),
    clockOffset: engine.clockOffset,
  };
}

/** What a follower needs to know of a container, from its task: it is on another node. */
function containerOf(value: unknown) {
  const { id, image, state } = parseTask(value);
  const { Status, Spec } = fields(value);
  return parseInspected({
    Id: id,
    Config: { Image: image, Tty: fields(fields(Spec).ContainerSpec).TTY },
    State: {
      Status: state === 'running' ? 'running' : 'exited',
      StartedAt: text(fields(Status).Timestamp),
    },
  });
}
