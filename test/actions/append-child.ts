/** Appends lines to the audit log of a directory, beside other processes that do the same: `append-child.ts DIRECTORY COUNT`. */

import { openAudit } from '../../source/actions/audit/file.ts';
import { identity } from '../../source/actions/audit/identity.ts';
import { engineId } from '../../source/lib/ids.ts';

const [, , directory = '', count = '0'] = process.argv;
const audit = openAudit({ directory, identity: identity(process.env), now: Date.now, mask: (text) => text });
for (let line = 0; line < Number(count); line += 1) {
  await audit.append({
    engine: engineId('test'),
    kind: 'refused',
    action: 'restart',
    name: `line ${line}`,
    refused: 'x'.repeat(line),
    change: '',
  });
}
