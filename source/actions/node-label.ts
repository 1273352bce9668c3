import * as v from 'valibot';
import type { Action, Plan, PlanInput, Refusal } from './action.ts';
import { changeNode, type NodeFacts, nodeObject, nodeOf, readNodes, watchNode } from './node-change.ts';
import { refuse } from './targets.ts';

const NAME = 'label';

const Parameters = v.strictObject({
  labels: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[\w./-]+(=.*|-)$/, 'must be NAME=VALUE, or NAME- to remove it'))),
    v.minLength(1, 'name a label: disk=ssd, or disk- to remove it'),
    v.description('labels to set (disk=ssd) or to remove (disk-)'),
  ),
});
type Parameters = v.InferOutput<typeof Parameters>;
type Input = PlanInput<Parameters, NodeFacts>;

/** Sets and removes labels of a node, which placement constraints look at. */
export const label: Action<Parameters, NodeFacts> = {
  name: NAME,
  title: 'Label the node',
  help: 'set and remove labels of a node, which placement constraints look at',
  danger: 1,
  on: ['node'],
  parameters: Parameters,
  prepare: readNodes,
  plan: planLabel,
  run: (plan, context) => changeNode(plan, 'set its labels', { labels: wanted(plan) }, context),
  verify: (plan, context) =>
    watchNode(plan, context, 'labelled', ({ labels }) =>
      same(labels, wanted(plan)) ? undefined : 'it does not have the labels yet',
    ),
};

/** All labels that it is to have. */
function wanted({ options }: Plan): Readonly<Record<string, string>> {
  return JSON.parse(String(options?.labels ?? '{}'));
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function planLabel(input: Input): Plan | Refusal {
  const node = nodeOf(NAME, input);
  if ('refused' in node) return node;
  const { target, parameters } = input;
  const labels = new Map(Object.entries(node.labels));
  for (const text of parameters.labels) {
    const [, name = '', value] = /^([^=]*?)(?:-|=(.*))$/.exec(text) ?? [];
    if (value === undefined) labels.delete(name);
    else labels.set(name, value);
  }
  const next = Object.fromEntries(labels);
  if (same(node.labels, next)) return refuse(NAME, node.hostname, 'it has these labels already', 'choose others');
  const shown = [...labels].map(([name, value]) => `${name}=${value}`).join(', ');
  return {
    action: NAME,
    title: `Label the node ${node.hostname}`,
    danger: 1,
    target,
    name: node.hostname,
    objects: [nodeObject(node, `its labels are ${shown || 'none'} then`)],
    warnings: ['Tasks whose constraints no longer fit are moved.'],
    confirm: true,
    options: { version: node.version, labels: JSON.stringify(next) },
  };
}
