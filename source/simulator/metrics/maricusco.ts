/** The FastAPI app's page in the Prometheus text format 0.0.4, as the Python client writes it. Times are ms. */

const PATHS: readonly [method: string, handler: string, perSecond: number, seconds: number][] = [
  ['GET', '/health', 0.033, 0.21],
  ['POST', '/analyze', 0.41, 1.9],
  ['GET', '/positions', 2.2, 0.012],
  ['GET', '/signals', 1.3, 0.034],
  ['GET', '/metrics', 0.067, 0.004],
];
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export type Dependencies = Readonly<Record<'postgres' | 'redis' | 'chromadb', boolean>>;

/** `work`: ms since the start; `cpu`: seconds of CPU; `memory`: bytes. */
export function maricuscoMetrics(
  work: number,
  startedAt: number,
  cpu: number,
  memory: number,
  up: Dependencies,
): string {
  const failing = Object.values(up).includes(false);
  const lines = [
    '# HELP process_resident_memory_bytes Resident memory size in bytes.',
    '# TYPE process_resident_memory_bytes gauge',
    `process_resident_memory_bytes ${memory}`,
    '# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.',
    '# TYPE process_start_time_seconds gauge',
    `process_start_time_seconds ${(startedAt / 1000).toFixed(2)}`,
    '# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.',
    '# TYPE process_cpu_seconds_total counter',
    `process_cpu_seconds_total ${cpu.toFixed(2)}`,
    '# HELP http_requests_total Total number of requests by method, status and handler.',
    '# TYPE http_requests_total counter',
    ...PATHS.map(([method, handler, rate]) => {
      const status = failing && handler === '/health' ? '5xx' : '2xx';
      return `http_requests_total{handler="${handler}",method="${method}",status="${status}"} ${requests(work, rate)}.0`;
    }),
    '# HELP http_request_duration_seconds Latency by handler in seconds.',
    '# TYPE http_request_duration_seconds histogram',
    ...PATHS.flatMap(([method, handler, rate, seconds]) => durations(method, handler, requests(work, rate), seconds)),
    '# HELP maricusco_dependency_up Whether a dependency answered its last check.',
    '# TYPE maricusco_dependency_up gauge',
    ...Object.entries(up).map(([name, ok]) => `maricusco_dependency_up{dependency="${name}"} ${ok ? '1.0' : '0.0'}`),
    '# HELP maricusco_agent_runs_total Agent graph runs by result.',
    '# TYPE maricusco_agent_runs_total counter',
    `maricusco_agent_runs_total{result="ok"} ${Math.floor(work * 0.00012)}.0`,
    `maricusco_agent_runs_total{result="error"} ${Math.floor(work * 0.000003)}.0`,
    '',
  ];
  return lines.join('\n');
}

function requests(work: number, perSecond: number): number {
  return Math.floor((work / 1000) * perSecond);
}

function durations(method: string, handler: string, count: number, mean: number): string[] {
  const labels = `handler="${handler}",method="${method}"`;
  const below = (bound: number): number => Math.floor(count * (1 - Math.exp(-((bound / mean) ** 1.7))));
  return [
    ...BOUNDS.map((bound) => `http_request_duration_seconds_bucket{${labels},le="${bound}"} ${below(bound)}.0`),
    `http_request_duration_seconds_bucket{${labels},le="+Inf"} ${count}.0`,
    `http_request_duration_seconds_count{${labels}} ${count}.0`,
    `http_request_duration_seconds_sum{${labels}} ${(count * mean * 0.89).toFixed(4)}`,
  ];
}
