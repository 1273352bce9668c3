import * as v from 'valibot';
import type { Board } from '../prometheus/board.ts';
import type { Program } from '../prometheus/programs.ts';
import { Profile } from '../settings/metrics.ts';
import cadvisor from './profiles/cadvisor.json' with { type: 'json' };
import grafana from './profiles/grafana.json' with { type: 'json' };
import maricusco from './profiles/maricusco.json' with { type: 'json' };
import nanoarb from './profiles/nanoarb.json' with { type: 'json' };
import nginx from './profiles/nginx.json' with { type: 'json' };
import nodeExporter from './profiles/node-exporter.json' with { type: 'json' };
import postgresExporter from './profiles/postgres-exporter.json' with { type: 'json' };
import prometheus from './profiles/prometheus.json' with { type: 'json' };
import rabbitmq from './profiles/rabbitmq.json' with { type: 'json' };
import redisExporter from './profiles/redis-exporter.json' with { type: 'json' };
import go from './profiles/runtime-go.json' with { type: 'json' };
import jvm from './profiles/runtime-jvm.json' with { type: 'json' };
import node from './profiles/runtime-node.json' with { type: 'json' };
import python from './profiles/runtime-python.json' with { type: 'json' };
import traefik from './profiles/traefik.json' with { type: 'json' };
import { exprOf, panelOf, thresholdOf } from './readings.ts';

/**
 * Profiles of known programs: the metrics port, charts and thresholds. Built-in profiles are data, as are the operator's own.
 */
export type ProgramProfile = {
  name: string;
  program?: Program;
  /** Metrics that identify the program: any one of them is enough. */
  has: readonly string[];
  /** Its panels are added to the board of a program without a profile. */
  runtime: boolean;
  /** Undefined if only the port is known. */
  board?: Board;
};

/** If several match, the last one that serves its port counts: a whole project may be named after its main program. */
const BUILT_IN: readonly unknown[] = [
  nanoarb,
  prometheus,
  grafana,
  maricusco,
  nodeExporter,
  cadvisor,
  redisExporter,
  postgresExporter,
  nginx,
  traefik,
  rabbitmq,
  go,
  jvm,
  node,
  python,
];

/** The built-in profiles, parsed like those of the settings. */
export function builtInProfiles(): ProgramProfile[] {
  return BUILT_IN.map((profile) => profileOf(v.parse(Profile, profile)));
}

/** Converts a profile of the settings for the metrics room. */
export function profileOf(profile: Profile): ProgramProfile {
  const { name, endpoint, has, runtime, panels, activity, thresholds, latencies } = profile;
  return {
    name,
    has,
    runtime,
    ...(endpoint === undefined
      ? {}
      : {
          program: {
            matches: new RegExp(endpoint.matches, 'i'),
            port: endpoint.port,
            path: endpoint.path,
            isServer: endpoint.server,
          },
        }),
    ...(panels.length === 0
      ? {}
      : {
          board: {
            title: name,
            panels: panels.map(panelOf),
            ...(activity === undefined ? {} : { activity: { name: activity.title, expr: exprOf(activity) } }),
            thresholds: thresholds.map((one) => thresholdOf(one, `${name} ${one.title}`, 'built-in')),
            latencies: latencies.map(({ title, of: metric }) => ({ title, metric })),
          },
        }),
  };
}
