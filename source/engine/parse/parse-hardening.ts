import type { Hardening } from '../facts.ts';
import { fields, list, number, positive, text, texts } from './fields.ts';

/** Isolation and host resources of a container, from its inspect (HostConfig of the Docker API). */
export function parseHardening(inspected: unknown): Hardening {
  const host = fields(fields(inspected).HostConfig);
  return {
    privileged: host.Privileged === true,
    addedCapabilities: texts(host.CapAdd).map(capability),
    droppedCapabilities: texts(host.CapDrop).map(capability),
    pidMode: text(host.PidMode),
    ipcMode: text(host.IpcMode),
    readonlyRoot: host.ReadonlyRootfs === true,
    securityOptions: texts(host.SecurityOpt),
    devices: list(host.Devices).map((device) => text(fields(device).PathOnHost)),
    ulimits: list(host.Ulimits).map((value) => {
      const limit = fields(value);
      return { name: text(limit.Name), soft: number(limit.Soft) ?? 0, hard: number(limit.Hard) ?? 0 };
    }),
    oomScoreAdjust: number(host.OomScoreAdj) ?? 0,
    oomKillDisabled: host.OomKillDisable === true,
    swappiness: swappiness(host.MemorySwappiness),
    cpuset: text(host.CpusetCpus),
    cpuQuota: positive(host.NanoCpus) !== undefined || positive(host.CpuQuota) !== undefined,
  };
}

/** Docker writes -1, or nothing, if the host's value applies. */
function swappiness(value: unknown): number | undefined {
  const given = number(value);
  return given === undefined || given < 0 ? undefined : given;
}

function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}
