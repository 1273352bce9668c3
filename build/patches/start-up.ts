/**
 * What makes a finished bundle start sooner, on the way to its file:
 *
 * - Only ASCII: V8 keeps a source with any other character in two bytes a character, and reads it slower. What esbuild leaves are regular
 *   expressions, in which an escape means the same.
 * - A builtin module is copied for its importers once, not for each of them: esbuild's helper copies every property behind a getter (125
 *   copies, 6,000 getters).
 */
export function startingSooner(bundle: string): string {
  const helper = 'var __toESM=(mod,isNodeMode,target)=>';
  if (!bundle.includes(helper))
    throw new Error('esbuild writes its helper for imports in another way: see build/patches/start-up.ts');
  const once =
    'var __copied=new Map,__toESM=(mod,isNodeMode,target)=>__copied.get(mod)??(target=__copyESM(mod,isNodeMode),';
  const copied = `${once}isNodeMode&&mod!=null&&!mod.__esModule&&__copied.set(mod,target),target),__copyESM=(mod,isNodeMode,target)=>`;
  return bundle.replace(helper, () => copied).replace(/[^\x00-\x7f]/g, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
