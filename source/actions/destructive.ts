/** Commands that destroy data or end the program, with the word that says so. Case does not matter: SQL and Redis have none. */
const DESTRUCTIVE: readonly RegExp[] = [
  /\bflush(?:all|db)\b/i,
  /\bdrop\s+(?:table|database|schema|index|view|user|role|keyspace|measurement|collection|owned)\b/i,
  /\bdropDatabase\b|\bdropdb\b|\.drop\(/i,
  /\btruncate\b/i,
  /\bdelete\s+from\b/i,
  /\b(?:deleteMany|remove)\(\s*\{\s*\}/i,
  /\brm\s+(?:-\S+\s+)*-\w*r/i,
  /\brm\s+(?:-\S+\s+)*--recursive\b/i,
  /\bfind\b.*\s-delete\b/i,
  /\b(?:mkfs(?:\.\w+)?|wipefs|shred|blkdiscard)\b/i,
  /\bdd\b.*\bof=/i,
  /\b(?:shutdown|halt|poweroff|reboot)\b/i,
  /(?:^|\s)--delete(?:-\w+)*\b/,
  /\b(?:xtrim|unlink|del)\s+\S/i,
  /\bgit\s+(?:clean|reset\s+--hard)\b/i,
];

/** What in a command destroys something, as it is written there; undefined for what looks harmless. No guard against intent. */
export function destructivePart(command: readonly string[]): string | undefined {
  const line = command.join(' ');
  return DESTRUCTIVE.map((pattern) => pattern.exec(line)?.[0].trim()).find((part) => part !== undefined);
}
