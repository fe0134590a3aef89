/** Whether every subject that `narrow` matches also matches `wide` (NATS subject rules). */
export function covers(wide: string, narrow: string): boolean {
  // The common case: splitting both for each message of a feed is slow.
  if (wide === narrow) return true;
  const [wideTokens, narrowTokens] = [wide.split("."), narrow.split(".")];
  for (const [index, token] of wideTokens.entries()) {
    const other = narrowTokens[index];
    if (other === undefined) return false;
    if (token === ">") return true;
    if (other === ">") return false;
    if (token !== "*" && token !== other) return false;
  }
  return wideTokens.length === narrowTokens.length;
}
