/** Whether every subject that `narrow` matches is matched by `wide` too (NATS subject rules). */
export function covers(wide: string, narrow: string): boolean {
  // Mostly they are one: taking both apart for each message of a feed is dear.
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
