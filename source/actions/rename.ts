import * as v from 'valibot';
import { LABEL } from '../desk/identity.ts';
import type { Action, Plan, PlanInput, Refusal } from './action.ts';
import { change } from './change.ts';
import { inOrder } from './schedule.ts';
import { containersOf, planObject, refuse, targetName } from './targets.ts';
import { watch, watchAll } from './watch.ts';

const NAME = 'rename';

const Parameters = v.strictObject({
  to: v.pipe(
    v.string(),
    v.regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/, 'must be two or more letters, digits, _ . or -'),
    v.description('new name of the container'),
  ),
});
type Parameters = v.InferOutput<typeof Parameters>;

/** Gives a container another name; it goes on running. */
export const rename: Action<Parameters> = {
  name: NAME,
  title: 'Rename',
  help: 'give a container another name',
  danger: 1,
  on: ['service', 'container'],
  parameters: Parameters,
  plan: planRename,
  run: (plan, context) =>
    inOrder(plan.objects, 1, context, async (object) => {
      const to = String(plan.options?.to);
      return [
        await change(
          object,
          `rename to ${to}`,
          context,
          () => context.engine.rename(object.id, to),
          (container) => container?.name === to,
        ),
      ];
    }),
  verify: (plan, context) =>
    watchAll(plan.objects, context, (object) =>
      watch(object, context, {
        since: context.begun,
        judge: (container) => ({
          ok: container?.name === plan.options?.to,
          text: container === undefined ? 'was removed meanwhile' : `is called ${container.name}`,
        }),
        waiting: () => '',
      }),
    ),
};

function planRename({ state, desk, target, settings, parameters: { to } }: PlanInput<Parameters>): Plan | Refusal {
  const name = targetName(state, desk, target);
  const [container, ...more] = containersOf(state, desk, target);
  if (container === undefined) return refuse(NAME, name, 'it has no container', 'bring it up first');
  if (more.length > 0) return refuse(NAME, name, `it has ${more.length + 1} containers`, 'choose one of them');
  if (container.name === to) return refuse(NAME, name, 'that is its name already', 'choose another one');
  const holder = [...state.containers.values()].find((one) => one.name === to);
  if (holder) return refuse(NAME, name, `the name ${to} is taken`, `choose another one, or rename ${to} first`);
  return {
    action: NAME,
    title: `Rename ${container.name} to ${to}`,
    danger: 1,
    target,
    name,
    objects: [planObject(container, desk, `is renamed to ${to}; nothing else changes`, settings)],
    warnings: [
      ...(container.labels[LABEL.project] === undefined
        ? []
        : [
            `Compose knows it by its labels, not by its name: the next recreate gives it the name ${container.name} again.`,
          ]),
      ...(container.attachments.length === 0
        ? []
        : [`Others on its networks find it as ${to} from now on; its other aliases stay.`]),
    ],
    options: { to },
  };
}
