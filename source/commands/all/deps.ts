import { createCall } from '../../engine/api/call.ts';
import { createEngine } from '../../engine/api/client.ts';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import { createSshMasters } from '../../engine/connect/ssh-masters.ts';
import { type HostSpec, isOff } from '../../fleet/model.ts';
import { systemClock, wallTime } from '../../lib/clock.ts';
import { printable } from '../../lib/text.ts';
import { takeFleetSnapshot } from '../../runtime/fleet-snapshot.ts';
import { endpointNamed, hostSpecs } from '../../runtime/hosts.ts';
import type { Settings } from '../../settings/schema.ts';
import { asciiRow } from '../../ui/ascii.ts';
import { numberOf, parseCount } from '../command-line.ts';
import type { DemoFlags } from '../demo/command.ts';
import { endpointOf } from '../options.ts';
import { endBySignals } from '../signals.ts';
import { themeOf } from '../theme.ts';
import type { GivenFlags } from './flags.ts';

/** What commands are given: a printer, a theme, an engine, the hosts of the fleet, an end by signals. */

export const print = (text: string) => void process.stdout.write(printable(text));
export const printError = (text: string) => void process.stderr.write(printable(text));

/** In ASCII where the settings want that; JSON is for programs. */
export function printing({ screen }: Settings, { json }: { json?: boolean }): typeof print {
  return screen.ascii && json !== true ? (text) => print(asciiRow(text)) : print;
}

/** What a command that only looks talks through. */
export function talking(settings: Settings, flags: { json?: boolean }, signal = interrupted()) {
  return { clock: systemClock, print: printing(settings, flags), printError, signal };
}

/** The same for a command that looks at all hosts. */
export function overFleet(settings: Settings, flags: { json?: boolean }, signal?: AbortSignal) {
  const deps = talking(settings, flags, signal);
  const specs = hostSpecs(settings, process.env).filter(({ member }) => member);
  const endpoint = (name: string) => endpointNamed(name, settings, process.env);
  const look = (names?: readonly string[]) => {
    const wanted = names ? specs.filter(({ name }) => names.includes(name)) : specs;
    return takeFleetSnapshot({ specs: wanted, endpoint, settings, ...deps });
  };
  return { ...deps, theme: themeOf(settings), look };
}

/** The hosts of the fleet, each connected to when it is asked for; one ssh login per host. */
export function hostEngines(settings: Settings) {
  const masters = createSshMasters(systemClock);
  const opened: { close(): void }[] = [];
  return {
    specs: hostSpecs(settings, process.env).filter(({ member }) => member),
    off: (spec: HostSpec) => (isOff(spec, wallTime(systemClock)) ? (spec.off?.reason ?? '') : undefined),
    open(name: string) {
      const endpoint = endpointNamed(name, settings, process.env);
      const engine = createEngine(endpoint, createCall(endpoint, systemClock, masters));
      opened.push(engine);
      return engine;
    },
    close() {
      for (const engine of opened) engine.close();
      masters.close();
    },
  };
}

/** Runs a command on the engine, and closes the connection after it. */
export async function onEngine(
  settings: Settings,
  run: (engine: ReturnType<typeof createEngine>, endpoint: Endpoint) => Promise<number>,
): Promise<number> {
  const endpoint = endpointOf(settings);
  const engine = createEngine(endpoint);
  return run(engine, endpoint).finally(() => engine.close());
}

/** More synthetic containers than the simulated engine has ever been tried with are a slip of the finger. */
const MOST_CONTAINERS = 100_000;
export const MOST_HOSTS = 1000;

export function demoFlags(flags: GivenFlags): DemoFlags {
  const containers = numberOf(flags.containers, (text) => parseCount('containers', text, MOST_CONTAINERS));
  const hosts = numberOf(flags.hosts, (text) => parseCount('hosts', text, MOST_HOSTS));
  return { ...flags, containers, hosts };
}

/** Aborts on ctrl-c: what runs ends between two steps and says what it did. */
export function interrupted(): AbortSignal {
  return endBySignals(systemClock).signal;
}
