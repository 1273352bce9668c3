import type { Action } from './action.ts';
import { attach } from './attach.ts';
import { backup } from './backup.ts';
import { config } from './compose-config.ts';
import { down } from './compose-down.ts';
import { build, pull } from './compose-images.ts';
import { recreate, up } from './compose-up.ts';
import { copyFrom, copyTo } from './copy.ts';
import { exec } from './exec.ts';
import { forceUpdate } from './force-update.ts';
import { kill } from './kill.ts';
import { limits } from './limits.ts';
import { maintenance } from './maintenance.ts';
import { connect, disconnect } from './network.ts';
import { activate, drain, pauseNode } from './node-availability.ts';
import { label } from './node-label.ts';
import { demote, promote } from './node-role.ts';
import { pause } from './pause.ts';
import { prune } from './prune.ts';
import { pullImage } from './pull-image.ts';
import { remove } from './remove.ts';
import { removeService } from './remove-service.ts';
import { removeVolume } from './remove-volume.ts';
import { rename } from './rename.ts';
import { restart } from './restart.ts';
import { restartWithDependants } from './restart-with-dependants.ts';
import { restore } from './restore.ts';
import { rollback } from './rollback.ts';
import { rollingRestart } from './rolling-restart.ts';
import { runOnce } from './run-once.ts';
import { runbook } from './runbook.ts';
import { scale } from './scale.ts';
import { shell } from './shell.ts';
import { signal } from './signal.ts';
import { stackDeploy, stackRemove } from './stack.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { unpause } from './unpause.ts';
import { update } from './update.ts';
import { verify } from './verify-backup.ts';

/** Everything an operator can do, in the order of the help. Of those that share a key, the first that applies is meant. */
export const actions: readonly Action[] = [
  restart,
  rollingRestart,
  restartWithDependants,
  start,
  stop,
  scale,
  shell,
  attach,
  exec,
  runbook,
  maintenance,
  kill,
  signal,
  pause,
  unpause,
  remove,
  prune,
  removeVolume,
  backup,
  restore,
  verify,
  update,
  rollback,
  forceUpdate,
  removeService,
  stackDeploy,
  stackRemove,
  drain,
  activate,
  pauseNode,
  promote,
  demote,
  label,
  limits,
  runOnce,
  copyFrom,
  copyTo,
  rename,
  connect,
  disconnect,
  up,
  recreate,
  pull,
  pullImage,
  build,
  config,
  down,
];

/** The action of a name or an alias. */
export function actionNamed(name: string): Action | undefined {
  return actions.find((action) => action.name === name || action.aliases?.includes(name));
}
