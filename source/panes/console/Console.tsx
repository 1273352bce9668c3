import { Box, Text, useWindowSize } from 'ink';
import {
  type Dispatch,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { marketStates } from '../../actions/market.ts';
import { membersOf } from '../../fleet/model.ts';
import { wallTime } from '../../lib/clock.ts';
import { resourceOf } from '../../resources/registry.ts';
import type { CellContext } from '../../resources/resource.ts';
import { sparkline } from '../../ui/chart/sparkline.ts';
import { dialogKeys } from '../../ui/dialog/use-dialog.ts';
import { Lines } from '../../ui/Frame.tsx';
import { keyLabel } from '../../ui/input/keys.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import { faded } from '../../ui/theme.ts';
import { ThemeContext, useTheme } from '../../ui/theme-context.ts';
import { KeyInput, useBoundGroups, useKeys } from '../../ui/use-keys.ts';
import { stopJob, useSuspend } from '../../ui/use-suspend.ts';
import { type Catalogue, CatalogueContext } from '../shared/catalogue.ts';
import { ControlsContext } from '../shared/console-context.ts';
import {
  type ConsoleAction,
  type ConsoleState,
  consoleReducer,
  currentScreen,
  initialConsole,
} from '../shared/console-state.ts';
import { type Memory, MemoryContext } from '../shared/memory.ts';
import { type AppServices, type Suspend, useDesk, useServices } from '../shared/services.ts';
import { usageTrend } from '../shared/trends.ts';
import { Body } from './Body.tsx';
import { ConsolePrompt } from './ConsolePrompt.tsx';
import { COMMANDS } from './command.ts';
import { createControls } from './create-controls.ts';
import { Guarded } from './Guarded.tsx';
import { headerRows } from './header-rows.ts';
import { type Layout, SMALLEST, screenLayout } from './layout.ts';
import { Questions } from './Questions.tsx';
import { commandWorld, runCommand } from './run-command.ts';
import { bannerRow, bannerText, flashRow, fleetBanner, footerRow, messageRows } from './status-rows.ts';
import { projectsOnDigits, useConsoleKeys } from './use-console-keys.ts';
import { useFirstCommand } from './use-first-command.ts';
import { useHotkeys } from './use-hotkeys.ts';
import { useKeptNotice, useKeptScreen, viewOfKept } from './use-kept-screen.ts';
import { useReloads, useSettingsTrouble } from './use-settings-trouble.ts';
import { groupsOf, helpGroups, hindrancesOf, isHelp, ofHosts, usableNow } from './view-facts.ts';

/** The whole screen: everything it shows comes from the store and its own reducer, everything it does goes through the host. */
export function Console({ fleet, command: first }: { fleet: boolean; command?: string }) {
  const host = useServices();
  const size = useWindowSize();
  const [state, reduce] = useReducer(consoleReducer, undefined, () => beginning(host, fleet, first));
  const suspend = useSuspend();
  const bound = useBoundGroups();
  const newest = useRef(bound);
  useLayoutEffect(() => {
    newest.current = bound;
  });
  const { controls, dispatch } = useMemo(
    () => createControls({ host, dispatch: reduce, suspend, bound: () => newest.current }),
    [host, suspend],
  );
  const { groups, catalogue } = useCatalogueOf(state);
  const [memory] = useState<Memory>(() => new Map());
  const hosts = ofHosts(currentScreen(state).view);
  const world = useWorld(state.project, hosts);
  const stop = useJobControl(controls.handOver);
  useConsoleKeys(state, dispatch, controls, world);
  const known = world.state.lastUpdateAt !== undefined;
  useReloads(dispatch, controls);
  useSettingsTrouble(known, controls);
  useKeptScreen(state, dispatch, world);
  useKeptNotice(state, world, known, dispatch, controls);
  // What is open stays open while it cannot be drawn: input in a dialog is not lost.
  const tooSmall = size.columns < SMALLEST.columns || size.rows < SMALLEST.rows;
  const columns = Math.max(size.columns, SMALLEST.columns);
  const rows = Math.max(size.rows, SMALLEST.rows);
  const banner = world.fleet
    ? fleetBanner(world.fleet)
    : bannerText({
        ...world.state,
        simulated: world.state.engine?.simulated === true,
        endpoint: host.endpoint(),
        bound,
      });
  const { view, table } = currentScreen(state);
  const hindrances = hindrancesOf(view, table.vacant === true, world.state);
  const layout = screenLayout(columns, rows, { header: state.header, banner: banner !== undefined });
  const marks = () => {
    const { view, table } = currentScreen(state);
    return view.kind === 'table' && resourceOf(view.resource)?.ofHosts ? [...table.marks] : [];
  };
  const command = (text: string) => runCommand(text, { host, controls, dispatch, world, suspend: stop, marks });
  useFirstCommand(first, known, command);
  useHotkeys(command);
  return (
    <ControlsContext value={controls}>
      <MemoryContext value={memory}>
        <CatalogueContext value={catalogue}>
          <KeyInput onUnused={(key) => unusedKey(key, dispatch, host)} />
          {state.held && <HeldKeys onCancel={controls.stopPlanning} />}
          {tooSmall && <TooSmall columns={size.columns} rows={size.rows} />}
          <Box display={tooSmall ? 'none' : 'flex'} flexDirection="column" width={columns} height={rows}>
            <Head world={world} layout={layout} banner={banner} groups={usableNow(groups, hindrances)} />
            <MaybeOld old={!hosts && world.state.connection.state === 'lost'}>
              <Guarded
                key={currentScreen(state).id}
                name="this view"
                world={world}
                width={layout.body.width}
                height={layout.body.height}
              >
                <Body
                  state={state}
                  dispatch={(action) => dispatch({ type: 'table', action })}
                  world={world}
                  rect={layout.body}
                />
              </Guarded>
            </MaybeOld>
            {state.prompt ? (
              <ConsolePrompt
                prompt={state.prompt}
                state={state}
                dispatch={dispatch}
                world={commandWorld(world, host)}
                width={columns}
                rows={rows}
                onCommand={command}
              />
            ) : (
              <Foot state={state} groups={groups} width={columns} now={world.state.now} />
            )}
            <Message state={state} columns={columns} rows={rows} now={world.state.now} />
            <Questions
              question={state.question}
              dispatch={dispatch}
              controls={controls}
              columns={columns}
              rows={rows}
              hidden={tooSmall}
            />
          </Box>
        </CatalogueContext>
      </MemoryContext>
    </ControlsContext>
  );
}

/** As the last run left it; a command or the fleet is the view to begin with where they are asked for. */
function beginning(host: AppServices, fleet: boolean, command: string | undefined): ConsoleState {
  const { screen, views } = host.settings;
  const kept = host.screens.of(host.store.seen().engineId);
  const view = command === undefined ? viewOfKept(kept) : undefined;
  const { tables, project } = kept;
  return initialConsole({ header: screen.header, fleet, typed: host.typed.all(), tables, views, view, project });
}

/** The bindings of the current view, and what the help lists: those of the view that it was opened from come first. */
function useCatalogueOf(state: ConsoleState): { groups: readonly KeyGroup[]; catalogue: Catalogue } {
  const bound = useBoundGroups();
  const readonly = useServices().readonly();
  const { view } = currentScreen(state);
  const explained = isHelp(view) ? (state.screens[state.at - 1]?.view ?? view) : view;
  const { focus } = state;
  const groups = useMemo(() => groupsOf(view, focus, { bound, readonly }), [view, focus, bound, readonly]);
  const catalogue = useMemo(
    () => ({ commands: COMMANDS, groups: helpGroups(explained, focus, { bound, readonly }) }),
    [explained, focus, bound, readonly],
  );
  return { groups, catalogue };
}

/** A key that does nothing here is reported, once. */
function unusedKey(key: string, dispatch: Dispatch<ConsoleAction>, { clock }: AppServices): void {
  if (key === 'esc') return;
  const text = key === 'paste' ? 'Paste into a prompt: : or / opens one.' : `${keyLabel(key)} does nothing here.`;
  dispatch({ type: 'flash', flash: { tone: 'info', text, until: clock.now() + UNUSED_MS } });
}

const UNUSED_MS = 2000;

/** Percent of a CPU: in tables what stays below this is no mountain. */
const CPU_SCALE = 10;

/** `hosts`: many engines are looked at. */
function useWorld(project: string | undefined, hosts: ReturnType<typeof ofHosts>): CellContext {
  const { state, desk } = useDesk();
  const { glyph, ascii } = useTheme();
  const { metrics, fleet: all } = useServices();
  const every = useSyncExternalStore(all.subscribe, () => (hosts ? all.get() : undefined));
  const fleet = useMemo(() => every && (hosts === 'fleet' ? membersOf(every) : every), [every, hosts]);
  return useMemo(() => {
    const cpuTrend = (containers: readonly string[], cells: number) =>
      metrics
        ? usageTrend(metrics.usage, 'cpu', { containers, now: state.now, cells }, { ascii, atLeast: CPU_SCALE })
        : '';
    const trend = (values: ArrayLike<number>, cells: number) => sparkline(values, cells, { ascii });
    return { state, desk, project, fleet, glyph, cpuTrend, trend };
  }, [state, desk, project, fleet, glyph, ascii, metrics]);
}

/** `:suspend` and SIGTSTP give the shell back whole. */
function useJobControl(suspend: Suspend): () => void {
  // While a shell or a pager has the terminal, Ink does not use it.
  const stop = useEffectEvent(() => void suspend(stopJob).catch(stopJob));
  useEffect(() => {
    const handler = () => stop();
    process.on('SIGTSTP', handler);
    return () => void process.off('SIGTSTP', handler);
  }, []);
  return () => void suspend(stopJob).catch(stopJob);
}

/** Keys pressed just before a session gets the terminal go neither to the console nor to the session. */
function HeldKeys({ onCancel }: { onCancel(): void }) {
  useKeys(dialogKeys, { cancel: onCancel }, { layer: 'modal', text: () => true });
  return null;
}

const MINUTE = 60_000;

type HeadProps = {
  world: CellContext;
  layout: Layout;
  banner: ReturnType<typeof bannerText>;
  groups: readonly KeyGroup[];
};

function Head({ world, layout, banner, groups }: HeadProps) {
  const host = useServices();
  const theme = useTheme();
  // Sessions begin and end at whole minutes.
  const minute = Math.floor(wallTime(host.clock) / MINUTE);
  const markets = useMemo(() => marketStates(host.settings.market, minute * MINUTE), [host, minute]);
  if (layout.header === 0) return null;
  const { width } = layout.body;
  const facts = {
    world,
    endpoint: host.endpoint(),
    readonly: host.readonly(),
    armedUntil: host.armedUntil(),
    cost: host.cost(),
    host: host.load(),
    markets,
    // A poll may be running and take half as long again.
    staleAfter: host.settings.engine.poll * 1500,
    groups,
    favourites: projectsOnDigits(host.settings.favourites, world.desk),
  };
  const header = headerRows(facts, width, layout.header - (banner ? 1 : 0), theme);
  return (
    <Lines rows={banner ? [bannerRow(banner, width, theme), ...header] : header} width={width} height={layout.header} />
  );
}

/** Old data is greyed. */
function MaybeOld({ old, children }: { old: boolean; children: React.ReactNode }) {
  const theme = useTheme();
  const shown = useMemo(() => (old ? faded(theme) : theme), [old, theme]);
  return <ThemeContext value={shown}>{children}</ThemeContext>;
}

type FootProps = { state: ConsoleState; groups: readonly KeyGroup[]; width: number; now: number };

function Foot({ state, groups, width, now }: FootProps) {
  return <Lines rows={[footerRow(state, groups, width, now, useTheme())]} width={width} height={1} />;
}

/** A message longer than a row covers the lowest rows of the view, so that it is complete even at 80 columns. */
function Message({ state, columns, rows, now }: { state: ConsoleState; columns: number; rows: number; now: number }) {
  const theme = useTheme();
  // A prompt uses the lowest row: progress is shown above it.
  const notices = state.prompt ? flashRow(state, columns, now, theme) : messageRows(state, columns, now, theme);
  if (!notices) return null;
  return (
    <Box position="absolute" marginTop={rows - notices.length - (state.prompt ? 1 : 0)}>
      <Lines rows={notices} width={columns} height={notices.length} />
    </Box>
  );
}

function TooSmall({ columns, rows }: { columns: number; rows: number }) {
  // Keys must not act while nothing is visible.
  useKeys(dialogKeys, {}, { layer: 'modal', text: () => true });
  return <Text>{`${columns}x${rows} is too small: deskhand needs ${SMALLEST.columns}x${SMALLEST.rows}.`}</Text>;
}
