import { type CommandHelp, GENERAL_OPTIONS, type OptionText, optionsIn } from './help-options.ts';
import type { Helps } from './helps.ts';

/** Completion scripts of the shells, made from the help of the commands. Pure. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The completion script of a shell. `actions`: the names that follow `deskhand run`. */
export function completionScript(shell: Shell, helps: Helps, actions: readonly string[]): string {
  const commands = Object.entries(helps)
    .filter(([name]) => name !== 'console')
    .map(([name, help]) => commandOf(name, help));
  const all: Completed = { commands, general: optionsIn(GENERAL_OPTIONS), actions };
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](all);
}

type Command = { name: string; summary: string; options: readonly OptionText[] };
type Completed = { commands: readonly Command[]; general: readonly OptionText[]; actions: readonly string[] };

function commandOf(name: string, { summary, options }: CommandHelp): Command {
  return { name, summary, options: optionsIn(options) };
}

/** Values that are files or directories. */
const FILES = ['config', 'baseline', 'write-baseline', 'socket', 'from', 'to'];
/** Commands whose words are services. */
const OF_SERVICES = ['logs', 'metrics', 'changes'];
/** Asks the engine for the names of services; none where it does not answer. */
const SERVICES = 'deskhand services --quiet 2>/dev/null';
const CONTEXTS = "docker context ls --format '{{.Name}}' 2>/dev/null";

function words(options: readonly OptionText[]): string {
  return options.flatMap(({ short, flag }) => [...(short ? [`-${short}`] : []), `--${flag}`]).join(' ');
}

function bashScript({ commands, general, actions }: Completed): string {
  const names = commands.map(({ name }) => name);
  const flags = commands.map(({ name, options }) => `    ${name}) flags="$flags ${words(options)}" ;;`);
  return `# bash completion of deskhand, written by "deskhand completion bash"
_deskhand() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= count=0 word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      -*) ;;
      ${names.join('|')}) if [[ -z $command ]]; then command=$word; else count=$((count + 1)); fi ;;
      *) count=$((count + 1)) ;;
    esac
  done
  case $prev in
    ${FILES.map((flag) => `--${flag}`).join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --context|-c) COMPREPLY=($(compgen -W "$(${CONTEXTS})" -- "$cur")); return ;;
  esac
  local flags="${words(general)}"
  case $command in
${flags.join('\n')}
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$cur")); return; fi
  case $command:$count in
    :*) COMPREPLY=($(compgen -W "${names.join(' ')}" -- "$cur")) ;;
    run:0) COMPREPLY=($(compgen -W "${actions.join(' ')}" -- "$cur")) ;;
    run:1|${OF_SERVICES.map((name) => `${name}:*`).join('|')}) COMPREPLY=($(compgen -W "$(${SERVICES})" -- "$cur")) ;;
    audit:0) COMPREPLY=($(compgen -W verify -- "$cur")) ;;
    completion:0) COMPREPLY=($(compgen -W "${SHELLS.join(' ')}" -- "$cur")) ;;
  esac
}
complete -F _deskhand deskhand
`;
}

/** In single quotes, as all three shells read them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function zshScript({ commands, general, actions }: Completed): string {
  const spec = ({ flag, value, about }: OptionText) => {
    const end = value === undefined ? '' : `:${value}:${valuesOf(flag)}`;
    return quoted(`--${flag}[${about.replace(/[[\]:\\]/g, '\\$&')}]${end}`);
  };
  const cases = commands.map(({ name, options }) => {
    const rest = wordsOf(name, actions).map((one) => quoted(one));
    return `    ${name}) _arguments -s : $general ${[...options.map(spec), ...rest].join(' ')} ;;`;
  });
  return `#compdef deskhand
# zsh completion of deskhand, written by "deskhand completion zsh"
_deskhand_services() { local -a names; names=(\${(f)"$(${SERVICES})"}); _describe service names }
_deskhand_contexts() { local -a names; names=(\${(f)"$(${CONTEXTS})"}); _describe context names }
_deskhand() {
  local -a general commands
  general=(${general.map(spec).join(' ')})
  commands=(${commands.map(({ name, summary }) => quoted(`${name}:${summary.replaceAll(':', '\\:')}`)).join(' ')})
  local curcontext=$curcontext state line
  _arguments -C : $general '1: :->command' '*:: :->rest'
  [[ $state == command ]] && _describe command commands
  [[ $state == rest ]] && case $line[1] in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _deskhand ]]; then _deskhand "$@"; else compdef _deskhand deskhand; fi
`;
}

function valuesOf(flag: string): string {
  if (FILES.includes(flag)) return '_files';
  return flag === 'context' ? '_deskhand_contexts' : '';
}

/** What zsh completes after a command beside its options. */
function wordsOf(name: string, actions: readonly string[]): string[] {
  if (name === 'run') return [`1:action:(${actions.join(' ')})`, '2:service:_deskhand_services'];
  if (OF_SERVICES.includes(name)) return ['*:service:_deskhand_services'];
  if (name === 'completion') return [`1:shell:(${SHELLS.join(' ')})`];
  return name === 'audit' ? ['1: :(verify)'] : [];
}

function fishScript({ commands, general, actions }: Completed): string {
  const option = (condition: string, { short, flag, value, about }: OptionText) => {
    const taken = value === undefined ? '' : FILES.includes(flag) ? ' -r -F' : ' -x';
    const contexts = flag === 'context' ? ` -a ${quoted(`(${CONTEXTS})`)}` : '';
    return `complete -c deskhand${condition}${short ? ` -s ${short}` : ''} -l ${flag}${taken}${contexts} -d ${quoted(about)}`;
  };
  const after = (name: string) => ` -n '__fish_seen_subcommand_from ${name}'`;
  return `# fish completion of deskhand, written by "deskhand completion fish"
complete -c deskhand -f
${general.map((one) => option('', one)).join('\n')}
${commands
  .flatMap(({ name, summary, options }) => [
    `complete -c deskhand -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...options.map((one) => option(after(name), one)),
  ])
  .join('\n')}
complete -c deskhand -n '__fish_seen_subcommand_from run; and test (count (commandline -opc)) -eq 2' -a ${quoted(actions.join(' '))}
complete -c deskhand -n '__fish_seen_subcommand_from run; and test (count (commandline -opc)) -eq 3' -a ${quoted(`(${SERVICES})`)}
complete -c deskhand${after(OF_SERVICES.join(' '))} -a ${quoted(`(${SERVICES})`)}
complete -c deskhand${after('audit')} -a verify
complete -c deskhand${after('completion')} -a ${quoted(SHELLS.join(' '))}
`;
}
