/** Names of lines, as Grafana's legends have them: `{{method}} {{status}}`. */

const LABEL = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Whether a legend contains labels; otherwise it is the same for all lines. */
export function isTemplate(legend: string): boolean {
  return legend.includes('{{');
}

/** A legend with the values of the labels that it names; a missing label is empty. */
export function legendFrom(template: string, labelOf: (name: string) => string | undefined): string {
  return template
    .replace(LABEL, (_, name: string) => labelOf(name) ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}
