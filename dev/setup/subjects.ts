/** NATS subjects with wildcards, as accounts export and import them. */

/** The bucket whose keys a subject stands for (NATS KV); null where it is another's. */
export function bucketOf(subject: string): string | null {
  return /^\$KV\.([^.]+)/.exec(subject)?.[1] ?? null;
}

/** Whether some subject is matched by both. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one.split("."), other.split(".")];
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    if (a[i] === ">" || b[i] === ">") return true;
    if (a[i] !== b[i] && a[i] !== "*" && b[i] !== "*") return false;
  }
  return a.length === b.length;
}

/**
 * The fewest subjects that match all of `subjects` and never the same message twice. Where two
 * overlap, one that covers both takes their place: nats-server delivers a message once for each
 * import that matches it, and takes no export that overlaps another.
 */
export function disjoint(subjects: readonly string[]): readonly string[] {
  let kept: readonly string[] = [];
  for (const subject of subjects) {
    let joined = subject;
    for (let overlapping = kept.find((one) => overlap(one, joined)); overlapping !== undefined; ) {
      joined = cover(overlapping, joined);
      kept = kept.filter((one) => one !== overlapping);
      overlapping = kept.find((one) => overlap(one, joined));
    }
    kept = [...kept, joined];
  }
  return kept;
}

/** The narrowest subject that covers two that overlap: one ends before the other only where one has `>`. */
function cover(one: string, other: string): string {
  const [a, b] = [one.split("."), other.split(".")];
  const tokens: string[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    if (a[i] === ">" || b[i] === ">") return [...tokens, ">"].join(".");
    tokens.push(a[i] === b[i] ? (a[i] as string) : "*");
  }
  return tokens.join(".");
}
