#!/usr/bin/env node
// Written so that old Nodes can read it: it checks the version, turns on the compile cache and loads the bundle.
import module from 'node:module';

const needed = 22;
if (Number(process.versions.node.split('.')[0]) < needed) {
  process.stderr.write(
    `deskhand needs Node.js ${needed} or newer; this is ${process.version} (${process.execPath}).\n` +
      'Install a newer one (https://nodejs.org), or run it from its checkout with "npm start", which brings its own Node 24.\n',
  );
  process.exit(1);
}
module.enableCompileCache?.();
await import('../dist/deskhand.cjs').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('deskhand is not built yet: run "npm run build" in its checkout, or "npm start".\n');
  process.exit(1);
});
