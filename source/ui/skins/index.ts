import { dark } from './dark.ts';
import { deuteranopia } from './deuteranopia.ts';
import { highContrast } from './high-contrast.ts';
import { light } from './light.ts';
import { mono } from './mono.ts';
import type { Skin } from './skin.ts';
import { tritanopia } from './tritanopia.ts';

/** By the name used in the settings. */
export const SKINS: Readonly<Record<string, Skin>> = {
  dark,
  light,
  'high-contrast': highContrast,
  deuteranopia,
  tritanopia,
  mono,
};
