/** What an engine, an image or a container may put into any field: sequences, directions, invisible and false characters. */
export const PAYLOAD =
  '\u001b]0;evil\u0007\u001b]8;;http://evil\u0007x\u001b]8;;\u0007\u001b]52;c;ZXZpbA==\u0007\u001bP+q\u001b\\\u009b31m\u001b[2J\u202e\u200b\r\n\tevil';

/** Of the payload nothing of this may ever leave the program. */
export const FORBIDDEN = /\u001b\]|\u001bP|\u001b\[2Jevil|[\u0007\u0080-\u009f\u202a-\u202e\u2066-\u2069\u200b]/;

/** Fields that the engine's machinery needs as they are: ids, states, times, numbers in words. */
const KEPT =
  /^(id|ID|Id|ImageID|ParentId|Parent|State|Status|status|Action|Type|from|time|timeNano|Created|CreatedAt|StartedAt|FinishedAt|Start|End|Read|read|preread|ApiVersion|MinAPIVersion|Version|Tp|Scope|Mode|ContainerID|Protocol|Timestamp|DesiredState|LocalNodeState|NodeID|ServiceID|SystemTime|Hostname|Digest|HostPort|PublicPort|Image|com\.docker\..*|container-number|exitCode|signal|health_status)$/;

/** The JSON with the payload in every text and in every key of a map of texts. */
export function poisoned(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return KEPT.test(key) || key === '' ? value : `${value}${PAYLOAD}`;
  if (Array.isArray(value)) return value.map((one) => poisoned(one, key === '' ? '' : key));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, one]) => [name, poisoned(one, name)] as const);
  const more = isTexts(value) ? [[`${PAYLOAD}key`, `${PAYLOAD}value`] as const] : [];
  return Object.fromEntries([...entries, ...more]);
}

/** A map of texts whose keys are anybody's: labels, options. */
function isTexts(value: object): boolean {
  const texts = Object.values(value);
  return texts.length > 0 && texts.every((one) => typeof one === 'string') && !('Id' in value) && !('ID' in value);
}
