/**
 * A script of `sh -c` in the form that the simulated shell understands: arguments in place of `$1`, the text of a here-document as
 * a last argument, one branch of an `if` as `condition && then || else`, without `exec` and assignments before commands.
 */
export function plainScript(script: string, args: readonly string[]): string {
  const given = script.replace(/\$(\d)/g, (_, digit: string) => args[Number(digit)] ?? '');
  const chosen = given.replace(
    /\$\{(\d):-(\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|[^{}]*)\}/g,
    (_, digit: string, other: string) => {
      return args[Number(digit)] || other;
    },
  );
  return chosen
    .replace(
      /<<'?(\w+)'?\n([\s\S]*?)\n\1$/,
      (_, _end: string, body: string) => `"${body.replaceAll('"', "'").replaceAll(';', ',')}"`,
    )
    .replace(/^if ([^;]+); then ([^;]+); else ([^;]+); fi$/, '$1 && $2 || $3')
    .replace(/(^|&& |\|\| )(?:\w+="[^"]*" )*exec /g, '$1');
}
