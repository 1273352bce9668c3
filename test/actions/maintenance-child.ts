/** Runs a procedure with its state in a directory: `maintenance-child.ts DIRECTORY PROCEDURE-AS-JSON`; made to be killed. */
import * as v from 'valibot';
import { Procedures } from '../../source/settings/maintenance.ts';
import { openPlace } from './real.ts';
import { runWords } from './run-words.ts';

const [, , directory = '', procedures = ''] = process.argv;
const place = await openPlace('maintenance-killed', { directory });
await runWords(place, ['maintenance', 'weekly'], {
  yes: true,
  confirm: 'weekly',
  tools: { ...place.tools, stateDirectory: directory },
  settings: { maintenance: v.parse(Procedures, JSON.parse(procedures)) },
});
