/** Windows has no such variables; its terminals read UTF-8. */
const platformSays = process.platform === 'win32';

/**
 * Whether the locale of the terminal is one of UTF-8, as POSIX finds it: LC_ALL before LC_CTYPE before LANG, and without any of them
 * the C locale, which is ASCII.
 * https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02
 */
export function isUtf8({ LC_ALL, LC_CTYPE, LANG }: Readonly<Record<string, string | undefined>>): boolean {
  return platformSays || /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || 'C');
}
