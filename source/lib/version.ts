/** True when a dotted API version is below another: "1.9" is below "1.41". */
export function isBelow(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major === leastMajor ? minor < leastMinor : major < leastMajor;
}
