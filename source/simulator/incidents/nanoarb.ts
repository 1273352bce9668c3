import { tracing } from '../logs/nanoarb.ts';
import { die } from '../world/lifecycle.ts';
import { bringBack, fault, heal, type Incident, lastWords, the } from './incident.ts';

const NAME = 'nanoarb-engine';

export const NANOARB_INCIDENTS = {
  'nanoarb-oom': {
    description:
      'the trading engine leaks memory and is OOM-killed at 4 GiB again and again: raise its memory and swap',
    play(world) {
      const engine = the(world, NAME);
      fault(world, engine, 'leak');
      die(world, engine, { exitCode: 137, oom: true });
    },
    end(world) {
      heal(world, the(world, NAME), 'leak');
      bringBack(world, NAME);
    },
  },
  'nanoarb-crash-loop': {
    description:
      'the trading engine ends at once over its configuration and is restarted in a loop: read its last line, stop it',
    play(world) {
      const engine = the(world, NAME);
      engine.faults.set('bad-config', world.now);
      const text = tracing(
        world.now - 1,
        'ERROR',
        'Configuration reload failed: missing field `max_position` for key `risk`',
      );
      lastWords(world, engine, [{ after: -1, text }]);
      die(world, engine, { exitCode: 1 });
    },
    end(world) {
      heal(world, the(world, NAME), 'bad-config');
      bringBack(world, NAME);
    },
  },
  'nanoarb-stalled': {
    description: 'the trading engine runs, answers /health and does nothing, zero events/s: save its log, restart it',
    play(world) {
      const engine = the(world, NAME);
      fault(world, engine, 'stalled');
      lastWords(world, engine, [
        { after: 0, text: tracing(world.now, 'WARN', 'Market data channel lagged, waiting for resync') },
      ]);
    },
    end(world) {
      heal(world, the(world, NAME), 'stalled');
    },
  },
  'nanoarb-curl-missing': {
    description:
      'the trading engine is called unhealthy while it trades, its image has no curl: fix the probe, do not restart',
    play(world) {
      fault(world, the(world, NAME), 'curl-missing');
    },
    end(world) {
      heal(world, the(world, NAME), 'curl-missing');
    },
  },
} satisfies Readonly<Record<string, Incident>>;
