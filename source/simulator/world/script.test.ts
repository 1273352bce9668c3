import { expect, it } from 'vitest';
import { plainScript } from './script.ts';

it.each([
  ['echo "$1"', ['sh', 'x'], 'echo "x"'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
  ['exec psql -d "${1:-${DB:-p}}" -c x', ['psql', 'app'], 'psql -d "app" -c x'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
  ['exec psql -d "${1:-${DB:-p}}"', ['psql', ''], 'psql -d "${DB:-p}"'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
  ['A="${A:-$B}" exec redis-cli PING', [], 'redis-cli PING'],
  ["exec psql -f - <<'SQL'\nSELECT 1\nSQL", [], 'psql -f - "SELECT 1"'],
  ['if a; then exec b c; else exec d; fi', [], 'a && b c || d'],
])('%s with %j', (script, args, plain) => expect(plainScript(script, args)).toBe(plain));
