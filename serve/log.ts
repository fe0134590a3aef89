/** How important a line is. */
export type Level = "debug" | "info" | "warn" | "error";

/** What is told while the product runs. */
export interface Log {
  /** @param fields what a machine reads; shown only as JSON */
  tell(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** `text` for a person, `json` for what collects logs: one object in each line. */
export const LOG_FORMATS = ["text", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Shorter ones would hide half of every line. */
const SHORTEST_SECRET = 4;

/**
 * A log that never tells a secret, whoever wrote it into a line.
 * @param write takes whole lines
 */
export function createLog(
  format: LogFormat,
  secrets: readonly string[],
  write = (line: string): void => void process.stdout.write(line),
): Log {
  // The longer first: one may stand in another.
  const hidden = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length);
  const clean = (text: string): string =>
    hidden.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
  return {
    tell(level, message, fields = {}) {
      const text = clean(message);
      if (format === "text") {
        write(`${level === "info" ? "" : `${level}: `}${text}\n`);
        return;
      }
      const pairs = Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === "string" ? clean(value) : value,
      ]);
      const line = { time: new Date().toISOString(), level, message: text, ...Object.fromEntries(pairs) };
      write(`${JSON.stringify(line)}\n`);
    },
  };
}
