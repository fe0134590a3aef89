/** The result of one check. */
export interface Finding {
  readonly level: "ok" | "warn" | "fail";
  /** What the check found. */
  readonly what: string;
  /** What to do; absent when the level is `ok`. */
  readonly fix?: string;
}

/** A passed check. */
export function ok(what: string): Finding {
  return { level: "ok", what };
}

/** Something works, but the operator should know or change it. */
export function warn(what: string, fix: string): Finding {
  return { level: "warn", what, fix };
}

/** Something doesn't work, or allows what it must not. */
export function fail(what: string, fix: string): Finding {
  return { level: "fail", what, fix };
}

/** One line per finding; FAIL in capitals stands out. */
export function findingLines(findings: readonly Finding[]): string {
  return findings
    .map(({ level, what, fix }) => {
      const mark = level === "fail" ? "FAIL" : level;
      return `${mark.padEnd(4)}  ${what}${fix === undefined ? "" : `: ${fix}`}\n`;
    })
    .join("");
}
