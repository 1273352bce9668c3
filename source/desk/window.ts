/** How far back the verdicts look, and what counts as a problem. Milliseconds and counts, in one place so that tests and texts agree. */
export const WINDOW = {
  /** Restarts and health changes within this time make a loop or flapping. */
  recent: 10 * 60_000,
  /** An OOM kill is shown for this long after the container came back. */
  oom: 15 * 60_000,
  /** A rolled-back update is shown for this long. */
  rolledBack: 15 * 60_000,
  /** Unwanted exits within `recent` that make a restart loop. */
  loopExits: 3,
  /** Without events, many restarts and a run younger than this are a loop. */
  youngRun: 2 * 60_000,
  /** A run as long as this (and longer than those of the loop) shows that a restart loop is over. */
  provenRun: 60_000,
  /** A line that names a problem counts as current for this long. */
  saying: 60_000,
  /** Lines about the same problem that are further apart than this are two problems. */
  episode: 2 * 60_000,
  /** A log that reports a refused connection for this long is a problem, whatever host refuses. */
  lastingRefusal: 2 * 60_000,
  /** A crash after which the service runs again is shown for this long … */
  crashed: 5 * 60_000,
  /** … and a restart that lost what was in memory for this long. */
  lostMemory: 15 * 60_000,
  /** How much longer than its timeout a stop may take before it counts as ignored. */
  stopSlack: 5_000,
  /** Health changes within `recent` that make flapping. */
  flaps: 4,
  /** Health that has lasted this long, and longer than it ever did while flapping, has settled. */
  steadyHealth: 2 * 60_000,
  /** A counter at 0 for this long is a stall. */
  stalled: 60_000,
  /** Network input must have been steady for this long before its absence means anything … */
  steady: 30_000,
  /** … and absent for this long. */
  quiet: 60_000,
  /** Two usage readings further apart than this are not consecutive. */
  readingGap: 60_000,
  /** A single reading with more than this (bytes per second) shows that input has come back. */
  resumed: 128,
  /** A log that was written to regularly and is silent for this long, and ten times its usual pause, has fallen silent. */
  silent: 3 * 60_000,
  /** Bytes per second that a container without any work still receives (ARP, multicast). */
  background: 16,
  /** A problem that begins this soon after a service's image changed may be caused by the change. */
  newImage: 30 * 60_000,
  /** A created container that has not been started for this long is considered abandoned. */
  created: 30_000,
} as const;

export const LIMIT = {
  timeline: 2000,
  removed: 500,
  tagged: 500,
  images: 20_000,
  /** Records kept per container and kind. */
  records: 50,
  lines: 100,
  lineLength: 1000,
  /** How many of the newest lines are searched for a known problem: older ones may be over. */
  findings: 20,
} as const;
