/** Operations on NATS subjects with wildcards, as accounts export and import them. */

/** The KV bucket to which a subject belongs; null when it isn't a KV subject. */
export function bucketOf(subject: string): string | null {
  return /^\$KV\.([^.]+)/.exec(subject)?.[1] ?? null;
}

/** Whether some subject matches both patterns. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one.split("."), other.split(".")];
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    if (a[i] === ">" || b[i] === ">") return true;
    if (a[i] !== b[i] && a[i] !== "*" && b[i] !== "*") return false;
  }
  return a.length === b.length;
}

/**
 * Non-overlapping subjects that cover all of `subjects`; overlapping ones are replaced by one that covers both.
 * Needed because nats-server delivers a message once per matching import, and refuses overlapping exports.
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

/** The narrowest subject that covers two overlapping ones. Their lengths differ only if one ends in `>`. */
function cover(one: string, other: string): string {
  const [a, b] = [one.split("."), other.split(".")];
  const tokens: string[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    if (a[i] === ">" || b[i] === ">") return [...tokens, ">"].join(".");
    tokens.push(a[i] === b[i] ? (a[i] as string) : "*");
  }
  return tokens.join(".");
}
