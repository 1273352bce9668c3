import { type SettingEntry, settingEntries } from '../../settings/describe.ts';

/** The commented settings file that `deskhand init` writes. Pure. */

/** What stands for settings whose default is empty: an example says more than `{}`. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  host: ['host: ssh://ops@trading-1'],
  context: ['context: prod'],
  contexts: ['contexts:', '  prod: { readonly: true }'],
  favourites: ['favourites: [exness, docker]'],
  services: ['services:', '  exness/engine: { single: true, protected: true, memory: open orders, stopTimeout: 30 }'],
  market: ['market:', '  - { name: NSE, timeZone: Asia/Kolkata, open: "09:15", close: "15:30" }'],
  conditions: ['conditions:', '  - { services: [docker/nanoarb], metric: nanoarb_position = 0 }'],
  aliases: ['aliases:', '  rd: logs exness/redis'],
  hotkeys: ['hotkeys:', '  pulse: { shortCut: F5, description: The desk as gauges, command: pulse }'],
  plugins: [
    'plugins:',
    '  dive:',
    '    shortCut: Shift-I',
    '    description: Look into the image',
    '    scopes: [containers]',
    '    command: dive',
    '    args: [$COL-IMAGE]',
  ],
  views: ['views:', '  services: { columns: [NAME, STATE, CPU, MEM], sortColumn: "CPU:desc" }'],
  keys: ['keys:', '  services.restart: [ctrl-r]'],
};

const HEAD = [
  '# Settings of deskhand. Each line that begins with "# " and holds a setting shows its default or an example: remove the "# "',
  '# to change it. docs/configuration.md explains everything; "deskhand doctor" checks this file.',
];

/** A line that sets something, as a comment; with `commented: false`, ready for use. */
export function template({ commented = true } = {}): string {
  const mark = commented ? '# ' : '';
  const blocks = settingEntries()
    .filter(({ path }) => path.length === 1)
    .map((top) => [`## ${top.about}`, ...linesOf(top).map((line) => `${mark}${line}`)]);
  return `${[HEAD, ...blocks].map((block) => block.join('\n')).join('\n\n')}\n`;
}

function linesOf(top: SettingEntry): readonly string[] {
  const [name = ''] = top.path;
  const example = EXAMPLES[name];
  if (example) return example;
  const held = settingEntries().filter(({ path }) => path.length === 2 && path[0] === name);
  if (held.length === 0) return [line(name, top)];
  const set = held.some(({ otherwise }) => otherwise !== undefined);
  return [
    set ? `${name}:` : `# ${name}:`,
    ...held.flatMap((one) => [`  # ${one.about}`, `  ${line(one.path.at(-1) ?? '', one)}`]),
  ];
}

/** A setting without a default is left empty, which means that it is not set. */
function line(name: string, { otherwise, type }: SettingEntry): string {
  if (otherwise === undefined) return `# ${name}: (${type})`;
  return `${name}: ${JSON.stringify(otherwise)}`;
}
