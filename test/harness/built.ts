import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The bundle that the terminal tests drive; `npm test` builds it first. */
const BUNDLE = fileURLToPath(new URL('../../dist/deskhand.cjs', import.meta.url));

export default function setup(): void {
  if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} is missing: run "npm run build" before the terminal tests`);
}
