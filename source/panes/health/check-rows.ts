import { checkTimes, definition, nextProbe, probedHealth } from '../../desk/health.ts';
import type { Service } from '../../desk/model.ts';
import { probeFault } from '../../desk/probe-faults.ts';
import type { HttpProbe } from '../../desk/state.ts';
import type { ContainerFacts, HealthProbe } from '../../engine/facts.ts';
import { clockTime, duration } from '../../lib/format.ts';
import { maskCommand, maskText } from '../../lib/secrets.ts';
import { fit, safe } from '../../lib/text.ts';
import { healthCell } from '../../resources/cells.ts';
import type { Theme } from '../../ui/theme.ts';
import { type RowContext, wrapped } from './row.ts';

/** Docker's health check of a container: its state, last probes and definition. */
export function checkRows(container: ContainerFacts, sheet: RowContext): string[] {
  const { theme } = sheet;
  const { detail, health } = container;
  if (!detail) return [theme.paint('dim', safe(container.status))];
  const { healthCheck, probes } = detail;
  if (!healthCheck || healthCheck.test[0] === 'NONE') return [theme.paint('dim', 'no health check')];
  const times = checkTimes(healthCheck, sheet.world.state.engine?.apiVersion);
  const command = maskCommand(healthCheck.test).slice(1).join(' ');
  return [
    ...wrapped(statusRow(container, definition(healthCheck).retries, sheet), sheet),
    ...faultRows(probes, sheet),
    ...[...probes].reverse().map((probe) => probeRow(probe, theme)),
    ...wrapped(theme.paint('dim', `check: ${safe(command)}`), sheet),
    theme.paint('dim', times),
  ].map((row) => (health === 'none' ? theme.paint('dim', row) : row));
}

/** A probe overdue by more than this (ms) has happened but was not read yet. */
const LATE_MS = 5_000;

function statusRow(container: ContainerFacts, retries: number, { theme, world }: RowContext): string {
  const believed = probedHealth(container);
  const { text, tone } = healthCell(believed);
  const doubted = believed !== container.health ? ', though no probe has failed: not probed since it was paused' : '';
  const streak = container.detail?.failingStreak ?? 0;
  const due = nextProbe(container, world.state.engine?.apiVersion);
  // Old details say nothing about the next probe.
  const next = due !== undefined && due > world.state.now - LATE_MS ? due : undefined;
  const words = [
    container.state === 'running'
      ? theme.paint(tone, doubted === '' ? `Docker says ${text}` : `Docker says ${safe(container.health)}${doubted}`)
      : theme.paint('dim', `not probed: ${safe(container.state)}`),
    ...(streak > 0 ? [theme.paint('bad', `failing streak ${streak} (unhealthy after ${retries})`)] : []),
    ...(next === undefined ? [] : [theme.paint('dim', `next probe due ${clockTime(next)}`)]),
  ];
  return words.join(', ');
}

/** The fault of the newest failed probe, if it is a known one. */
function faultRows(probes: readonly HealthProbe[], sheet: RowContext): string[] {
  const failed = probes.findLast(({ exitCode }) => exitCode !== 0);
  const fault = failed && probeFault(failed);
  if (!fault) return [];
  const whose = fault.probeItself ? 'the probe itself is at fault' : 'the probe';
  return wrapped(sheet.theme.paint('warn', safe(`${whose}: ${fault.words}`)), sheet);
}

/** `✖ 19:02:33 exit 127   45ms /bin/sh: curl: not found` */
function probeRow({ start, end, exitCode, output }: HealthProbe, theme: Theme): string {
  const passed = exitCode === 0;
  const sign = theme.paint(passed ? 'good' : 'bad', theme.glyph(passed ? 'done' : 'down'));
  const code = Number.isNaN(exitCode) ? 'exit ?' : `exit ${exitCode}`;
  const took = start > 0 && end >= start ? duration(end - start) : '';
  const when = start > 0 ? clockTime(start) : '--:--:--';
  const said = safe(maskText(output.slice(0, 2000).trim()));
  return `${sign} ${when} ${theme.paint(passed ? 'plain' : 'bad', fit(code, 8))} ${fit(took, 6, 'right')} ${theme.paint('dim', said)}`;
}

/** deskhand's own probes, with a note if Docker disagrees. */
export function outsideRows(service: Service, sheet: RowContext): string[] {
  const { world, theme } = sheet;
  const probes = world.state.probes.get(service.id) ?? [];
  return probes.flatMap((probe) => {
    const row = outsideRow(probe, theme);
    const disagrees = disagreement(service, probe);
    return disagrees ? [...wrapped(theme.paint('warn', disagrees), sheet), row] : [row];
  });
}

function disagreement({ health, running }: Service, probe: HttpProbe): string | undefined {
  if (running === 0) return undefined;
  const good = probe.okAt === probe.at;
  if (health === 'unhealthy' && good) return 'Docker says unhealthy, but it answers from outside';
  const bad = !good && (probe.error !== undefined || !probe.guessed || (probe.status ?? 0) >= 500);
  if (health === 'healthy' && bad) return 'Docker says healthy, but it fails from outside';
  return undefined;
}

/** `✓ 19:02:31 HTTP 200    3ms http://127.0.0.1:9090/health {"status":"ok"}` */
function outsideRow(probe: HttpProbe, theme: Theme): string {
  const good = probe.okAt === probe.at;
  const { at, url, status, latencyMs, error, body = '', guessed } = probe;
  const sign = theme.paint(good ? 'good' : 'bad', theme.glyph(good ? 'done' : 'down'));
  const answer = error ?? (status === undefined ? 'connects' : `HTTP ${status}`);
  const took = latencyMs === undefined ? '' : ` ${duration(latencyMs)}`;
  const said = theme.paint('dim', `${safe(body.trim())}${guessed ? ' (address guessed)' : ''}`);
  return `${sign} ${clockTime(at)} ${theme.paint(good ? 'plain' : 'bad', safe(answer))}${took} ${safe(url)} ${said}`;
}
