/**
 * Loaded into a console before it starts (`node --require`): appends what its process holds to the file of SOAK_SAMPLES, a line of
 * JSON every SOAK_EVERY seconds. See soak.ts.
 */
const { appendFileSync, readdirSync } = require('node:fs');

const { SOAK_SAMPLES: file, SOAK_EVERY: every } = process.env;
const MIB = 1024 * 1024;
const timers = new Set();
const { setTimeout: start, clearTimeout: stop, setInterval: repeat } = globalThis;

/** Timers do not keep the process alive and so are no resource that Node would list: they are counted as they are set. */
globalThis.setTimeout = (run, ms, ...args) => {
  const timer = start(
    (...given) => {
      timers.delete(timer);
      run(...given);
    },
    ms,
    ...args,
  );
  timers.add(timer);
  return timer;
};
globalThis.clearTimeout = (timer) => {
  timers.delete(timer);
  stop(timer);
};

function sample() {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const whole = {
    seconds: Math.round(process.uptime()),
    rss: rss / MIB,
    heap: heapUsed / MIB,
    external: external / MIB,
    buffers: arrayBuffers / MIB,
    cpu: (user + system) / 1e6,
    handles: process.getActiveResourcesInfo().length,
    timers: timers.size,
    files: readdirSync('/proc/self/fd').length,
  };
  appendFileSync(file, `${JSON.stringify(whole)}\n`);
}

if (file) repeat(sample, Number(every) * 1000).unref();
