import type { ContainerId } from '../lib/ids.ts';

/** The fields of a container that are needed here; ContainerFacts has all of them. */
export type ScrapeTarget = {
  id: ContainerId;
  name: string;
  image: string;
  state: string;
  labels: Readonly<Record<string, string>>;
  ports: readonly { container: number; protocol: string; host?: number; address?: string }[];
  attachments: readonly { network: string; address?: string; aliases?: readonly string[] }[];
};
