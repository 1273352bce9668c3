import type { Rule } from '../model/rule.ts';
import { exposure } from './exposure.ts';
import { host } from './host.ts';
import { isolation } from './isolation.ts';
import { lifecycle } from './lifecycle.ts';
import { resources } from './resources.ts';
import { secrets } from './secrets.ts';

/** All rules. To add one, add it to the list of its kind. */
export const rules: readonly Rule[] = [...secrets, ...exposure, ...isolation, ...lifecycle, ...resources, ...host];
