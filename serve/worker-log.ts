import type { Level, Log } from "./log.ts";

/** Levels of workerd's structured log; `log` comes from console.log. */
const LEVELS: Readonly<Record<string, Level>> = {
  debug: "debug",
  info: "info",
  log: "info",
  warn: "warn",
  warning: "warn",
  error: "error",
  fatal: "error",
};

/** workerd's errors about aborted connections. */
const ABORTED_CONNECTION = /\b(?:disconnected: |Connection reset by peer|Broken pipe)/;

/** workerd's errors about requests that break HTTP (RFC 9112), or are meant for a forward proxy: it answers them itself. */
const BROKEN_REQUEST =
  /\bfailed: (?:invalid hostname|invalid Content-Length|unknown transfer encoding|.*(?:; invalid URL|HTTP chunk size))|\ba connect(?:\(\) function| event)/;

/** Writes workerd's output to the log, line by line. */
export class WorkerLog {
  readonly #log: Log;
  #rest = "";

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes a chunk of output; chunks may end anywhere in a line. */
  write(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") this.#writeLine(line);
  }

  #writeLine(line: string): void {
    const { level, message, source } = parse(line);
    // Any client can cause floods of such errors, and puts its own words into them.
    const isOfClient = ABORTED_CONNECTION.test(message) || BROKEN_REQUEST.test(message);
    // workerd's native stacks are only addresses; they are cut off, and in a crash they are a line of their own.
    if (source !== undefined && (isOfClient || message.startsWith("stack: "))) return;
    this.#log.write(level, message.replace(/\nstack: .*$/s, ""), { from: source ?? "worker" });
  }
}

interface Parsed {
  readonly level: Level;
  readonly message: string;
  /** workerd's source file; undefined when the line comes from the worker. */
  readonly source: string | undefined;
}

function parse(line: string): Parsed {
  try {
    const read = JSON.parse(line) as { level?: unknown; message?: unknown; source?: unknown };
    if (typeof read.message === "string") {
      const level = LEVELS[String(read.level).toLowerCase()] ?? "info";
      return {
        level,
        message: read.message,
        source: typeof read.source === "string" ? read.source : undefined,
      };
    }
  } catch {
    // Before its log is set up and while it crashes, workerd writes plain text.
  }
  return { level: "error", message: line, source: "workerd" };
}
