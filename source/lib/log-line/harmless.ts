/**
 * Contexts in which a word such as "error" means nothing bad: a count of zero, an empty value, or a name that is only about errors. Every
 * expression is tried at one place and is bounded.
 */

/** An empty value or a zero count after the word: `errors: 0`, `error=nil`, `fatal: none`. */
const NOTHING =
  /^s?["']?\s{0,4}[:=]?\s{0,4}["']?(?:0(?:\.\d{1,12})?%?(?![\w.:-])|(?:no|none|nil|null|undefined|false|off|n\/a|ok|nan|empty|\(none\)|<nil>|\[\]|\{\}|""|'')(?!\w)(?=["']?\s{0,4}(?:$|[,;|)\]}]|\w{1,20}[=:])))/i;
/** `Failed orders: 0`: a short line that is only a name and a zero. */
const COUNTED = /^[\w ,.'-]{1,60}[:=]\s{0,3}(?:0(?:\.0+)?%?|none|nil|null|no|false)\s{0,3}(?:$|[,;|])/i;
/** A name that is only about errors. */
const ABOUT =
  /^s?[-_ ]{1,2}(?:(?:errors?|exceptions?) (?:will|are|is|can|may|in|handlers?|handling)|rate|budget|count|counter|counts|handling|handler|handlers|reporting|reporter|tracking|tracker|logging|log|logs|level|levels|page|pages|recovery|correction|correcting|threshold|limit|detection|monitor|monitoring|notification|notifications|free|percentage|ratio|stats|statistics|metric|metrics|summary|summaries|total|totals|tolerance|mode|button|boundary|policy|channel|queue|topic|codes?|classes|class|types?|mappings?|map|middleware|callback|hook|hooks|listeners?|templates?|messages (?:enabled|disabled|loaded)|retry|retries|sections?|paths?|strikes|was (?:fixed|resolved|cleared|expected|ignored|corrected)|(?:is |was |has been )?(?:cleared|resolved|fixed|recovered|corrected|ignored|suppressed)|on purpose|injection|simulation|alerts?|margin is|bars?)(?![\w-])(?!\s{0,2}(?:exceeded|failed|reached|error))/i;
/** Words before it that negate it or put it into the past. */
const DENIED =
  /(?:^|[\s([{,;:"'])(?:no|not|without|zero|0|any|none|non|never|last|previous|ignore[ds]?|ignoring|clear(?:ed|s)?|fixed|resolved|avoid(?:s|ed)?|prevent(?:s|ed)?|handle[ds]?|recovered from|free of|in case of|on|if|when|per|max|allowed|future|an?|the|for|or|and|of|with|by|set|enable[ds]?|disable[ds]?)[\s-]{1,2}(?:\w{1,12} )?$/i;

/** Whether the word from `start` to `end` is harmless. */
export function isHarmlessWord(text: string, start: number, end: number): boolean {
  return isHarmlessBehind(text, end) || isDenied(text, start);
}

/** Whether the text after the word that ends at `end` makes it a name or a zero count. */
export function isHarmlessBehind(text: string, end: number): boolean {
  const after = text.slice(end, end + 60);
  return NOTHING.test(after) || ABOUT.test(after);
}

/** Whether a message only reports a zero count. */
export function isCountOfNothing(text: string): boolean {
  return COUNTED.test(text);
}

function isDenied(text: string, start: number): boolean {
  return start > 0 && DENIED.test(text.slice(Math.max(0, start - 40), start));
}
