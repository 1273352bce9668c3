import { maskedConfig } from '../compose/config.ts';
import type { Action, PrepareInput } from './action.ts';
import { composeProject, composeTarget } from './compose-facts.ts';
import { refuse, targetName } from './targets.ts';

type Facts = Awaited<ReturnType<typeof read>>;

/** `compose config`: the files as compose reads them, merged and with their variables filled in; secrets masked. */
export const config: Action<unknown, Facts> = {
  name: 'config',
  title: 'Show the compose file of',
  help: 'the compose files as rendered, secrets masked',
  danger: 0,
  on: ['service', 'project'],
  output: true,
  prepare: read,
  plan(input) {
    const { state, desk, target, facts } = input;
    const name = targetName(state, desk, target);
    if ('problem' in facts) return refuse('config', name, facts.problem.refused, facts.problem.change);
    const { service } = composeTarget(input);
    return {
      action: 'config',
      title: `Show the compose file of ${name}`,
      danger: 0,
      target,
      name,
      objects: [],
      warnings: [],
      compose: {
        project: facts.project,
        profiles: ['*'],
        command: ['config'],
        services: service ? [service] : [],
        jobs: [],
        fingerprint: '',
      },
    };
  },
  async run({ compose, name }, context) {
    if (!compose) return [];
    const begun = context.now();
    const { code, stdout, output } = await context.tools.compose.run(compose, compose.command, {
      signal: context.signal,
    });
    const step = { object: name, call: 'compose config', ok: code === 0, ms: context.now() - begun };
    if (code !== 0) return [{ ...step, error: output.trim() }];
    const head = compose.project.files.map((file) => `# ${file}\n`).join('');
    await context.output?.('stdout', Buffer.from(head + maskedConfig(stdout, compose.services[0])));
    return [step];
  },
  verify: async ({ compose }) => ({ ok: true, text: `as compose renders ${compose?.project.files.join(', ')}` }),
};

async function read(input: PrepareInput) {
  return composeProject(input);
}
