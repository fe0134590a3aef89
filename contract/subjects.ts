/** Whether `wide` matches every subject that `narrow` matches (NATS subject rules). */
export function covers(wide: string, narrow: string): boolean {
  const [a, b] = [wide.split("."), narrow.split(".")];
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    if (a[i] === ">") return true;
    if (b[i] === ">" || (a[i] !== b[i] && a[i] !== "*")) return false;
  }
  return a.length === b.length;
}
