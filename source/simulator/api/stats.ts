import { memoryInUse, readMeter } from '../world/meter.ts';
import { NEVER, rfc3339 } from '../world/time.ts';
import { type Container, Refusal, type World } from '../world/types.ts';
import { advance, emitEvent, isRunning } from '../world/world.ts';
import { type Call, flag, type Handler, ok, TAKEN } from './call.ts';
import { containerOf } from './containers.ts';

/** GET /containers/{id}/stats with the keys of cgroup v2, and GET /containers/{id}/top. */

export const containerStats: Handler = (call) => {
  const container = containerOf(call);
  const stream = !call.query.has('stream') || flag(call.query, 'stream');
  if (stream) return streamStats(call, container);
  if (!isLive(container)) return ok(emptyStats(container));
  if (flag(call.query, 'one-shot')) return ok(statsView(call.world, container));
  return new Promise((answer) => {
    const before = sample(call.world, container);
    call.clock.after(1000, () => {
      advance(call.world, call.clock.now());
      answer(ok(statsView(call.world, container, before)));
    });
  });
};

function isLive(container: Container): boolean {
  return isRunning(container) || container.state.status === 'paused';
}

/** One reading per second while the client reads; nothing for a container that is not running. */
function streamStats(call: Call, container: Container): typeof TAKEN {
  const { world, clock, response } = call;
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  let before: Sample | undefined;
  let cancel: (() => void) | undefined;
  const tick = (): void => {
    advance(world, clock.now());
    if (!world.containers.has(container.id)) return void response.end();
    if (isLive(container)) {
      response.write(`${JSON.stringify(statsView(world, container, before))}\n`);
      before = sample(world, container);
    }
    cancel = clock.after(1000, tick);
  };
  response.on('close', () => cancel?.());
  tick();
  return TAKEN;
}

type Sample = { at: number; cpu: object };

function sample(world: World, container: Container): Sample {
  return { at: world.now, cpu: cpuStats(world, container) };
}

const NO_CPU = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

const NO_BLKIO = {
  io_service_bytes_recursive: null,
  io_serviced_recursive: null,
  io_queue_recursive: null,
  io_service_time_recursive: null,
  io_wait_time_recursive: null,
  io_merged_recursive: null,
  io_time_recursive: null,
  sectors_recursive: null,
};

function emptyStats(container: Container): object {
  return {
    read: NEVER,
    preread: NEVER,
    pids_stats: {},
    blkio_stats: NO_BLKIO,
    num_procs: 0,
    storage_stats: {},
    cpu_stats: NO_CPU,
    precpu_stats: NO_CPU,
    memory_stats: {},
    name: `/${container.name}`,
    id: container.id,
  };
}

export function statsView(world: World, container: Container, before?: Sample): object {
  const meter = readMeter(container.meter, container.load, world.now);
  const { hostConfig, load } = container;
  return {
    read: rfc3339(world.now),
    preread: rfc3339(before?.at),
    pids_stats: { current: load.pids, ...(hostConfig.PidsLimit && { limit: hostConfig.PidsLimit }) },
    blkio_stats: { ...NO_BLKIO, io_service_bytes_recursive: blockIo(meter.read, meter.written) },
    num_procs: 0,
    storage_stats: {},
    cpu_stats: cpuStats(world, container),
    precpu_stats: before?.cpu ?? NO_CPU,
    memory_stats: memoryStats(world, container),
    name: `/${container.name}`,
    id: container.id,
    networks: { eth0: network(meter.received, meter.sent) },
  };
}

function cpuStats(world: World, container: Container): object {
  const { cpu } = readMeter(container.meter, container.load, world.now);
  const total = Math.floor(cpu);
  const { host } = world;
  const ran = world.now - (container.state.startedAt ?? world.now);
  const limit = container.hostConfig.NanoCpus / 1e7;
  const held = limit > 0 && container.load.cpu > limit * 0.9 ? 0.62 : 0;
  const periods = limit > 0 ? Math.floor(ran / 100) : 0;
  return {
    cpu_usage: {
      total_usage: total,
      usage_in_kernelmode: Math.floor(total * 0.21),
      usage_in_usermode: total - Math.floor(total * 0.21),
    },
    system_cpu_usage: Math.floor(world.now - host.bootedAt) * 1e6 * host.cpus,
    online_cpus: host.cpus,
    throttling_data: {
      periods,
      throttled_periods: Math.floor(periods * held),
      throttled_time: Math.floor(periods * held * 31e6),
    },
  };
}

function memoryStats(world: World, container: Container): object {
  const anon = memoryInUse(container, world.now);
  const limit = container.hostConfig.Memory || world.host.memory;
  const file = Math.max(0, Math.min(container.load.cache ?? 0, limit - anon));
  return {
    usage: anon + file,
    stats: {
      active_anon: Math.floor(anon * 0.1),
      active_file: Math.floor(file * 0.3),
      anon,
      file,
      inactive_anon: Math.floor(anon * 0.9),
      inactive_file: Math.floor(file * 0.7),
      kernel_stack: container.load.pids * 16_384,
      pgfault: Math.floor(anon / 4096),
      pgmajfault: 0,
      slab: 0,
      sock: 0,
    },
    limit,
  };
}

function blockIo(read: number, written: number): object[] {
  return [
    { major: 259, minor: 0, op: 'read', value: Math.floor(read) },
    { major: 259, minor: 0, op: 'write', value: Math.floor(written) },
  ];
}

function network(received: number, sent: number): object {
  return {
    rx_bytes: Math.floor(received),
    rx_packets: Math.floor(received / 410),
    rx_errors: 0,
    rx_dropped: 0,
    tx_bytes: Math.floor(sent),
    tx_packets: Math.floor(sent / 380),
    tx_errors: 0,
    tx_dropped: 0,
  };
}

export const containerTop: Handler = (call) => {
  const container = containerOf(call);
  if (!isLive(container)) throw new Refusal(409, `Container ${container.id} is not running`);
  emitEvent(call.world, container, 'top');
  return ok(processTable(call.world, container, call.query.get('ps_args') ?? '-ef'));
};

/** The columns of `ps -ef`, or of `ps aux` if requested. */
function processTable(world: World, container: Container, args: string): object {
  const cpu = container.load.cpu;
  const memory = memoryInUse(container, world.now);
  const started = rfc3339(container.state.startedAt).slice(11, 16);
  const ran = world.now - (container.state.startedAt ?? world.now);
  const { pid } = container.state;
  const aux = /\bu|aux/.test(args);
  const rows = container.program.processes(container).map((process, i) => {
    const user = process.user ?? (container.program.user || 'root');
    const own = String(pid + i * 7);
    const time = clockTime((ran * cpu * process.share) / 100);
    const share = cpu * process.share;
    if (!aux)
      return [
        user,
        own,
        String(i === 0 ? pid - 20 : pid),
        String(Math.floor(share)),
        started,
        '?',
        time,
        process.command,
      ];
    const resident = Math.floor((memory * Math.max(process.share, 0.01)) / 1024);
    const percent = ((resident * 1024 * 100) / world.host.memory).toFixed(1);
    const virtual = String(resident * 3);
    return [
      user,
      own,
      share.toFixed(1),
      percent,
      virtual,
      String(resident),
      '?',
      'Ssl',
      started,
      time.slice(1, 5),
      process.command,
    ];
  });
  const titles = aux
    ? ['USER', 'PID', '%CPU', '%MEM', 'VSZ', 'RSS', 'TTY', 'STAT', 'START', 'TIME', 'COMMAND']
    : ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'];
  return { Titles: titles, Processes: rows };
}

function clockTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
