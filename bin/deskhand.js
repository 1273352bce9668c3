#!/usr/bin/env node
// Written so that old Nodes can read it: it checks the version, turns on the compile cache and loads the bundle.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const needed = 22;
if (Number(process.versions.node.split('.')[0]) < needed) {
  process.stderr.write(
    `deskhand needs Node.js ${needed} or newer; this is ${process.version} (${process.execPath}).\n` +
      'Install a newer one (https://nodejs.org), or run it from its checkout with "npm start", which brings its own Node 24.\n',
  );
  process.exit(1);
}
module.enableCompileCache?.();
const bundle = new URL('../dist/deskhand.cjs', import.meta.url);
if (!existsSync(bundle)) {
  process.stderr.write('deskhand is not built yet: run "npm run build" in its checkout, or "npm start".\n');
  process.exit(1);
}
// Not imported: that would look through the whole file for its exports first.
module.createRequire(import.meta.url)(fileURLToPath(bundle));
