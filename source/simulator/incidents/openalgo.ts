import { openalgoLine } from '../logs/python.ts';
import type { World } from '../world/types.ts';
import { emitEvent } from '../world/world.ts';
import { fault, heal, type Incident, lastWords, the } from './incident.ts';

const NAME = 'openalgo';

function error(world: World, module: string, message: string): void {
  lastWords(world, the(world, NAME), [{ after: 0, text: openalgoLine(world.now, 'ERROR', module, message) }]);
}

export const OPENALGO_INCIDENTS = {
  'openalgo-strategy-oom': {
    description: 'the kernel kills a strategy inside openalgo, which runs on: the oom event is the only sign',
    play(world) {
      const app = the(world, NAME);
      app.state.oomKilled = true;
      emitEvent(world, app, 'oom');
      fault(world, app, 'strategy-killed');
      error(world, 'python_strategy', 'Strategy ema_crossover (pid 211) exited with code -9');
    },
    end(world) {
      const app = the(world, NAME);
      app.state.oomKilled = false;
      heal(world, app, 'strategy-killed');
    },
  },
  'openalgo-threads': {
    description:
      'openalgo runs out of threads, OpenBLAS fills its log, it stays healthy: lower the thread limits, restart',
    play(world) {
      fault(world, the(world, NAME), 'threads');
    },
    end(world) {
      heal(world, the(world, NAME), 'threads');
    },
  },
  'openalgo-ws-dead': {
    description:
      "openalgo's WebSocket proxy is gone while the container is healthy: its process is missing, 8765 refused",
    play(world) {
      fault(world, the(world, NAME), 'ws-dead');
      error(world, 'websocket_proxy.server', 'WebSocket server stopped: [Errno 98] address already in use');
    },
    end(world) {
      heal(world, the(world, NAME), 'ws-dead');
    },
  },
} satisfies Readonly<Record<string, Incident>>;
