import { percent } from '../lib/format.ts';
import { healthFault } from './health.ts';
import { impactOf } from './impact.ts';
import type { Desk, Service, VerdictCode } from './model.ts';
import type { DeskState } from './state.ts';

/** The operator's next step, and the key that does it where there is one (as KEYS name them: `r`, `t`, `l`, …). */
export type Advice = { text: string; key?: string };

type Situation = { service: Service; desk: Desk; state: DeskState };

/** One line of advice for a service in trouble; undefined where there is nothing to do. */
export function adviceFor(service: Service, desk: Desk, state: DeskState): Advice | undefined {
  const { cause, verdict } = service;
  if (cause && verdict.level !== 'ok') {
    const others = (service.otherCauses ?? []).map((other) => other.name);
    return { text: `look after ${[cause.name, ...others].join(' and ')} first; ${service.name} is a symptom` };
  }
  return ADVICE[verdict.code]?.({ service, desk, state });
}

const ADVICE: Partial<Record<VerdictCode, (situation: Situation) => Advice | undefined>> = {
  unhealthy,
  'probe-broken': unhealthy,
  flapping: unhealthy,
  'probe-disagrees': disagreement,
  'restart-loop': restartLoop,
  'oom-killed': outOfMemory,
  'oom-inside': ({ service }) => ({
    text: `\`l\` shows which process died in ${service.name}; raise its memory and swap limit, or give it less to do`,
    key: 'l',
  }),
  stalled,
  threshold: ({ service }) => ({
    text: `\`m\` shows the numbers of ${service.name}, \`w\` there their thresholds`,
    key: 'm',
  }),
  exited: startAgain,
  killed: startAgain,
  stopped: startAgain,
  created: startAgain,
  'job-failed': ({ service, desk }) => ({
    text: `\`l\` shows why ${service.name} failed; mend it, run it again with \`t\`${then(desk, service)}`,
    key: 'l',
  }),
  'cannot-start': cannotStart,
  paused: ({ service }) => ({
    text: `${service.name} is frozen: unpause it (docker unpause), or find who paused it with \`e\``,
    key: 'e',
  }),
  dead: ({ service }) => ({
    text: `remove ${service.name} with \`ctrl-d\` and bring it up again with \`u\``,
    key: 'ctrl-d',
  }),
  'replicas-missing': ({ service }) => ({
    text: `\`enter\` shows which replica of ${service.name} is missing`,
    key: 'enter',
  }),
  'log-errors': logErrors,
};

function unhealthy({ service, state }: Situation): Advice {
  const fault = service.containers.map(healthFault).find((one) => one !== undefined);
  if (fault?.probeItself) return mendProbe(service, fault.words);
  if (fault?.kind === 'timeout') {
    const load = cpuShare(service, state);
    const busy = load === undefined ? '' : ` (CPU at ${percent(100 * load)} of its limit)`;
    if (load === undefined || load > 0.8) {
      return {
        text: `its probe times out${busy}: give it more CPU or the probe more time; a restart does not help`,
        key: 'm',
      };
    }
  }
  return {
    text: `\`l\` shows what ${service.name} says; \`r\` restarts it (Docker never restarts an unhealthy container)`,
    key: 'l',
  };
}

/** CPU use as a share of the container's limit, or of one CPU's worth where it has none; the highest of the replicas. */
function cpuShare(service: Service, state: DeskState): number | undefined {
  const shares = service.containers.flatMap(({ id, detail }) => {
    const used = state.usage.get(id)?.cpuPercent;
    const limit = detail?.limits.cpus;
    return used === undefined || !limit ? [] : [used / (100 * limit)];
  });
  return shares.length > 0 ? Math.max(...shares) : undefined;
}

function mendProbe(service: Service, words: string): Advice {
  return {
    text: `mend the health check of ${service.name}: ${words}. Do not restart, it would change nothing`,
    key: 'd',
  };
}

function disagreement({ service, state }: Situation): Advice {
  const fault = service.containers.map(healthFault).find((one) => one?.probeItself);
  if (fault) return mendProbe(service, fault.words);
  if (service.health === 'unhealthy') {
    return {
      text: `${service.name} answers from outside: compare its health check with \`d\` before any restart`,
      key: 'd',
    };
  }
  const refused = (state.probes.get(service.id) ?? []).some((probe) => /refused/.test(probe.error ?? ''));
  const what = refused ? 'a process inside may be gone' : 'it answers badly';
  return { text: `${what}: \`o\` lists the processes of ${service.name}, \`l\` its log; \`r\` restarts it`, key: 'o' };
}

function restartLoop({ service }: Situation): Advice {
  if (/out of memory/.test(service.verdict.reason)) {
    return { text: `raise the memory and swap limit of ${service.name}; \`t\` stops the loop until then`, key: 't' };
  }
  return { text: `\`p\` shows why ${service.name} ended; \`t\` stops the loop until it is mended`, key: 'p' };
}

function outOfMemory({ service, desk }: Situation): Advice {
  const running = service.running > 0;
  const limited = service.containers.some((facts) => facts.detail?.limits.memory);
  const remedy = limited ? 'raise its memory and swap limit' : 'give the host more memory or limit its neighbours';
  if (running) return { text: `${remedy}: ${service.name} came back but will hit the same wall`, key: 'm' };
  return { text: `\`t\` starts ${service.name}; ${remedy}${then(desk, service)}`, key: 't' };
}

function stalled({ service, state }: Situation): Advice {
  if (state.activity.get(service.id)?.zeroSince === undefined) {
    return { text: `\`r\` restarts ${service.name}: it has no health check, so nothing else will`, key: 'r' };
  }
  return {
    text: `save the log of ${service.name} (\`l\`, \`ctrl-s\`), then \`r\` restarts it; its counters start from 0 again`,
    key: 'r',
  };
}

function startAgain({ service, desk }: Situation): Advice {
  if (service.verdict.level === 'unknown') {
    return {
      text: `\`l\` shows how ${service.name} ended; the label deskhand.job=true would make it a job that is done`,
      key: 'l',
    };
  }
  const unsupervised = service.containers.some((facts) => facts.detail?.restartPolicy.name === 'no');
  const why = unsupervised ? ' (no restart policy: it does not come back by itself)' : '';
  return { text: `\`t\` starts ${service.name}${why}${then(desk, service)}`, key: 't' };
}

function cannotStart({ service }: Situation): Advice {
  const { reason } = service.verdict;
  if (/no space left/.test(reason)) return diskFull();
  if (/port .*(allocated|in use)/.test(reason)) {
    return {
      text: `\`:ports\` shows who holds the port; free it or publish another, then \`t\` starts ${service.name}`,
      key: 't',
    };
  }
  return { text: `correct the definition of ${service.name} (\`d\` shows it), then \`u\` brings it up`, key: 'd' };
}

function diskFull(): Advice {
  return { text: 'the disk is full: `:disk`, then `shift-x` prunes dangling images; never volumes', key: ':disk' };
}

function logErrors({ service, state }: Situation): Advice {
  const { reason } = service.verdict;
  if (/disk is full/.test(reason)) return diskFull();
  if (/threads/.test(reason)) {
    const pids = Math.max(0, ...service.containers.map((facts) => state.usage.get(facts.id)?.pids ?? 0));
    const count = pids > 0 ? ` (${pids} pids)` : '';
    return {
      text: `fewer threads${count}: set OPENBLAS_NUM_THREADS and its like lower or raise the pids limit, then \`r\``,
      key: 'l',
    };
  }
  return { text: `\`l\` shows what ${service.name} says`, key: 'l' };
}

/** What to do about those that hang on it: start the ones it kept from starting, look after the others. */
function then(desk: Desk, service: Service): string {
  const { blocks, atRisk } = impactOf(desk, service.id);
  const start = blocks.filter((one) => one.running === 0);
  const check = [...blocks.filter((one) => one.running > 0), ...atRisk].slice(0, 8);
  return [
    ...(start.length > 0 ? [`; then start ${names(start)}`] : []),
    ...(check.length > 0 ? [`; check ${names(check)} after`] : []),
  ].join('');
}

function names(services: readonly Service[]): string {
  return services.map((service) => service.name).join(', ');
}
