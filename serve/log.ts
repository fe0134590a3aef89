/** Severity of a line. */
export type Level = "debug" | "info" | "warn" | "error";

/** The product's log. */
export interface Log {
  /** @param fields machine-readable details, written only in the JSON format */
  write(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** `text` for people, `json` (one object per line) for log collectors. */
export const LOG_FORMATS = ["text", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Secrets shorter than this are not redacted: they would match parts of ordinary words. */
const SHORTEST_SECRET = 4;

/** Characters that could move a terminal's cursor or recolour it; line breaks and tabs can't. */
const CONTROL = /(?![\n\t])\p{Cc}/gu;
const escaped = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;

/**
 * Creates a log that replaces every secret in its lines with `[secret]`.
 * @param output receives whole lines
 */
export function createLog(
  format: LogFormat,
  secrets: readonly string[],
  output = (line: string): void => void process.stdout.write(line),
): Log {
  // Longest first: a secret may contain another.
  const hidden = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length);
  const clean = (text: string): string =>
    hidden.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
  return {
    write(level, message, fields = {}) {
      const text = clean(message);
      if (format === "text") {
        output(`${level === "info" ? "" : `${level}: `}${text.replaceAll(CONTROL, escaped)}\n`);
        return;
      }
      const pairs = Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === "string" ? clean(value) : value,
      ]);
      const line = { time: new Date().toISOString(), level, message: text, ...Object.fromEntries(pairs) };
      output(`${JSON.stringify(line)}\n`);
    },
  };
}
