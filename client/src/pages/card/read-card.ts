/** A login card says who is there: `/card#<class code>/<student>`. The pictures it does not know. */
export interface Card {
  code: string;
  studentId: string;
}

export function readCard(hash: string): Card | undefined {
  const found = /^#([A-Za-z0-9-]{6,8})\/([0-9a-fA-F-]{36})$/.exec(hash);
  return found?.[1] && found[2] ? { code: found[1], studentId: found[2].toLowerCase() } : undefined;
}
