/** One thing that was looked at: right, wrong, or to be known. */
export interface Finding {
  readonly level: "ok" | "warn" | "fail";
  /** What was found. */
  readonly what: string;
  /** What to do about it; only where it isn't right. */
  readonly fix?: string;
}

/** It is as it should be. */
export function ok(what: string): Finding {
  return { level: "ok", what };
}

/** It works, but something should be known or done. */
export function warn(what: string, fix: string): Finding {
  return { level: "warn", what, fix };
}

/** It doesn't work, or lets somebody do what he must not. */
export function fail(what: string, fix: string): Finding {
  return { level: "fail", what, fix };
}

/** A line for each, the worst easy to find. */
export function findingLines(findings: readonly Finding[]): string {
  return findings
    .map(({ level, what, fix }) => {
      const mark = level === "fail" ? "FAIL" : level;
      return `${mark.padEnd(4)}  ${what}${fix === undefined ? "" : `: ${fix}`}\n`;
    })
    .join("");
}
