import type { Service } from '../../desk/model.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { maskCommand } from '../../engine/secrets.ts';
import { ageCell, healthCell, levelTone, verdictCell } from '../../resources/cells.ts';
import type { World } from '../../resources/resource.ts';
import { duration } from '../../ui/format.ts';
import { safe } from '../../ui/text.ts';
import type { Theme } from '../../ui/theme.ts';

/** The health of one service in the order in which one asks: how is it, since when, why, what hangs on it, what say its probes. */
export function healthRows(service: Service, world: World, theme: Theme): string[] {
  const { verdict } = service;
  const since = verdict.since === undefined ? '' : theme.paint('dim', ` since ${ageCell(verdict.since, world)}`);
  return [
    theme.paint(levelTone(verdict.level), verdictCell(verdict, world)) + since,
    ...causeRows(service, world, theme),
    ...service.containers.flatMap((container) => containerRows(container, service.containers.length > 1, world, theme)),
  ].map((row) => ` ${row}`);
}

function causeRows(service: Service, world: World, theme: Theme): string[] {
  const names = service.blocks.map((id) => safe(world.desk.byId.get(id)?.name ?? id));
  return [
    ...(service.cause ? [theme.paint('warn', safe(`because of ${service.cause.name} (${service.cause.signal})`))] : []),
    ...(names.length > 0 ? [theme.paint('warn', `blocks ${names.length}: ${names.join(', ')}`)] : []),
  ];
}

function containerRows(container: ContainerFacts, several: boolean, world: World, theme: Theme): string[] {
  const { detail } = container;
  const head = several ? [theme.paint('title', safe(container.name))] : [];
  if (!detail) return [...head, theme.paint('dim', safe(container.status))];
  const { healthCheck, probes, failingStreak } = detail;
  if (!healthCheck) return [...head, theme.paint('dim', `${safe(container.status)} · no health check`)];
  const { text, tone } = healthCell(container.health);
  const streak =
    failingStreak > 0 ? theme.paint('bad', ` · failing streak ${failingStreak} of ${healthCheck.retries}`) : '';
  return [
    ...head,
    theme.paint(tone, text) +
      streak +
      theme.paint(
        'dim',
        safe(` · every ${duration(healthCheck.interval)}: ${maskCommand(healthCheck.test).slice(1).join(' ')}`),
      ),
    ...[...probes].reverse().map((probe) => {
      const sign =
        probe.exitCode === 0
          ? theme.paint('good', theme.glyph('done'))
          : theme.paint('bad', `${theme.glyph('down')} exit ${probe.exitCode}`);
      return `${sign} ${ageCell(probe.start, world)} ago ${duration(probe.end - probe.start)} ${theme.paint('dim', safe(probe.output.trim()))}`;
    }),
  ];
}
