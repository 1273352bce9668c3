/** Commands that destroy data or end the program, with the word that reveals it. Case does not matter: SQL and Redis have none. */
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

/** The destructive part of a command, as written; undefined if it looks harmless. Not a protection against intent. */
export function destructivePart(command: readonly string[]): string | undefined {
  const line = command.join(' ');
  return DESTRUCTIVE.map((pattern) => pattern.exec(line)?.[0].trim()).find((part) => part !== undefined);
}
