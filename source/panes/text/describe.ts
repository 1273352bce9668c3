import { checkTimes } from '../../desk/health.ts';
import { serviceName } from '../../desk/identity.ts';
import { linkTerms } from '../../desk/links.ts';
import type { Service } from '../../desk/model.ts';
import { borrowedBy, isOwner } from '../../desk/namespaces.ts';
import type { ContainerFacts, Mount } from '../../engine/facts.ts';
import { age, bytes, duration } from '../../lib/format.ts';
import type { ServiceId } from '../../lib/ids.ts';
import { displayText, maskCommand, maskEnv, maskLabels } from '../../lib/secrets.ts';
import { safe } from '../../lib/text.ts';
import { healthCell, imageCell, levelTone, portsText } from '../../resources/cells.ts';
import type { CellContext } from '../../resources/resource.ts';
import type { TextLine } from '../../ui/text-view/TextView.tsx';
import type { Tone } from '../../ui/theme.ts';

/** What is known of a service and its containers, as lines to read. Secrets are masked. */
export function describeService(service: Service, world: CellContext): TextLine[] {
  const named = (id: ServiceId) => world.desk.byId.get(id)?.name ?? id;
  const drift = world.state.drift.get(service.id) ?? [];
  return [
    heading(serviceName(service)),
    pair('Kind', service.job ? `${service.kind}, one-shot job` : service.kind),
    pair('Verdict', `${service.verdict.level}: ${service.verdict.reason}`, levelTone(service.verdict.level)),
    pair('Since', service.verdict.since === undefined ? 'unknown' : ago(service.verdict.since, world)),
    ...(service.cause ? [pair('Cause', `${service.cause.name} (${service.cause.signal})`, 'warn')] : []),
    ...(service.blocks.length > 0 ? [pair('Blocks', service.blocks.map(named).join(', '), 'warn')] : []),
    pair('Replicas', `${service.running} running of ${service.wanted} wanted`),
    pair('Health', healthCell(service.health).text, healthCell(service.health).tone),
    pair('Restarts', String(service.restarts)),
    pair('Ports', portsText(service.ports) || 'none'),
    pair('Image', imageCell(service)),
    ...(drift.length > 0 ? [pair('Drift', `differs from its compose file: ${drift.join('; ')}`, 'warn')] : []),
    pair('Depends on', service.dependsOn.map((link) => `${link.service} (${linkTerms(link)})`).join(', ') || 'nothing'),
    ...service.containers.flatMap((container) =>
      ['', ...describeContainer(container, world)].map((line) => (line === '' ? { text: '' } : (line as TextLine))),
    ),
  ];
}

export function describeContainer(container: ContainerFacts, world: CellContext): TextLine[] {
  const { detail } = container;
  return [
    heading(`Container ${container.name}`),
    pair('Id', container.id.slice(0, 12)),
    // The service's own copy may be older: its words are not followed while nothing else changes.
    pair('Status', world.state.containers.get(container.id)?.status ?? container.status),
    pair('Image', imageCell(container)),
    pair('Created', ago(container.created, world)),
    pair('Ports', portsText(container.ports) || 'none'),
    pair(
      'Networks',
      container.attachments.map(({ network, address }) => (address ? `${network} (${address})` : network)).join(', ') ||
        borrowedNetwork(container, world),
    ),
    ...(detail ? describeDetail(container, detail, world) : [pair('Details', 'not read yet', 'dim')]),
    ...list('Mounts', container.mounts.map(mountLine)),
    ...list(
      'Labels',
      Object.entries(maskLabels(container.labels)).map(([name, value]) => `${name}=${value}`),
    ),
  ];
}

type Detail = NonNullable<ContainerFacts['detail']>;

/** `of vpn`, where it has no network of its own. */
function borrowedNetwork(container: ContainerFacts, { state }: CellContext): string {
  const borrowed = borrowedBy(container).find(({ namespace }) => namespace === 'network');
  if (!borrowed) return 'none';
  const owner = [...state.containers.values()].find((one) => isOwner(borrowed, one));
  return owner ? `of ${owner.name}` : 'of a container that is gone';
}

function describeDetail(container: ContainerFacts, detail: Detail, world: CellContext): TextLine[] {
  const { limits } = detail;
  const ended = container.state === 'exited' || container.state === 'dead';
  return [
    pair('Started', detail.startedAt === undefined ? 'never' : ago(detail.startedAt, world)),
    ...(ended
      ? [
          pair(
            'Ended',
            `${ago(detail.finishedAt, world)}, exit code ${container.exitCode ?? 'unknown'}${detail.oomKilled ? ', out of memory' : ''}`,
            container.exitCode === 0 ? 'plain' : 'bad',
          ),
        ]
      : []),
    ...(detail.error === '' ? [] : [pair('Error', detail.error, 'bad')]),
    pair('Restarts', `${detail.restartCount}, policy ${detail.restartPolicy.name || 'no'}`),
    pair(
      'Limits',
      `memory ${limits.memory ? bytes(limits.memory) : 'none'}, CPU ${limits.cpus ?? 'none'}, pids ${limits.pids ?? 'none'}`,
    ),
    pair('Stop', `${detail.stopSignal ?? 'SIGTERM'}, then SIGKILL after ${detail.stopTimeoutSeconds ?? 10} s`),
    pair('Command', maskCommand([...detail.entrypoint, ...detail.command]).join(' ')),
    pair('User', detail.user || 'root'),
    pair(
      'Log driver',
      `${detail.logDriver} ${Object.entries(detail.logOptions)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}`,
    ),
    ...describeHealth(detail, world),
    ...list('Environment', maskEnv(detail.env)),
  ];
}

function describeHealth({ healthCheck, failingStreak, probes }: Detail, world: CellContext): TextLine[] {
  if (!healthCheck) return [pair('Health', 'no health check', 'dim')];
  return [
    pair('Health', `${maskCommand(healthCheck.test).join(' ')}`),
    pair('', checkTimes(healthCheck, world.state.engine?.apiVersion)),
    ...(failingStreak > 0 ? [pair('', `failing streak ${failingStreak}`, 'bad')] : []),
    ...[...probes]
      .reverse()
      .map((probe) =>
        pair(
          '',
          `${ago(probe.start, world)}: exit ${probe.exitCode} in ${duration(probe.end - probe.start)} ${probe.output.trim()}`,
          probe.exitCode === 0 ? 'plain' : 'bad',
        ),
      ),
  ];
}

const LABEL = 14;

function heading(text: string): TextLine {
  return { text: safe(text), tone: 'title' };
}

function pair(name: string, value: string, tone?: Tone): TextLine {
  return { text: `${name === '' ? '' : `${name}:`}`.padEnd(LABEL) + displayText(value), label: LABEL, tone };
}

function list(name: string, values: readonly string[]): TextLine[] {
  return values.length === 0
    ? [pair(name, 'none')]
    : values.map((value, index) => pair(index === 0 ? name : '', value));
}

function ago(at: number | undefined, world: CellContext): string {
  return at === undefined ? 'unknown' : `${age(world.state.now - at)} ago (${new Date(at).toISOString()})`;
}

function mountLine({ type, name, source, target, writable }: Mount): string {
  return `${type} ${name ?? source} -> ${target}${writable ? '' : ' (read-only)'}`;
}
