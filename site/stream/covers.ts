/** Whether every subject that `narrow` means is meant by `wide` too (NATS subject rules). */
export function covers(wide: string, narrow: string): boolean {
  const [outer, inner] = [wide.split("."), narrow.split(".")];
  for (const [index, token] of outer.entries()) {
    if (token === ">") return inner.length > index;
    const other = inner[index];
    if (other === undefined || other === ">" || (token !== "*" && token !== other)) return false;
  }
  return outer.length === inner.length;
}

/** The subjects that mean all of the given ones, none of them twice: a server sends a message once for each that matches. */
export function widest(subjects: readonly string[]): readonly string[] {
  const distinct = [...new Set(subjects)];
  return distinct.filter((one) => !distinct.some((other) => other !== one && covers(other, one)));
}
