import type { Level, Log } from "./log.ts";

/** workerd's levels (its structured logging): `log` is console.log's. */
const LEVELS: Readonly<Record<string, Level>> = {
  debug: "debug",
  info: "info",
  log: "info",
  warn: "warn",
  warning: "warn",
  error: "error",
  fatal: "error",
};

/** A client that breaks off is nothing that went wrong here, and anybody can do it as often as they like. */
const BROKEN_OFF =
  /^(?:Uncaught exception: )?\S*(?:; )?.*\b(?:disconnected: |Connection reset by peer|Broken pipe)/s;

/** Hands on what workerd writes, line by line. */
export class WorkerLog {
  readonly #log: Log;
  #rest = "";

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes a piece of its output. */
  take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") this.#takeLine(line);
  }

  #takeLine(line: string): void {
    const { level, message, source } = parse(line);
    // The addresses in workerd's own stacks name no line of anybody's code; where it dies, they are a line of their own.
    if (source !== undefined && (BROKEN_OFF.test(message) || message.startsWith("stack: "))) return;
    this.#log.tell(level, message.replace(/\nstack: .*$/s, ""), { from: source ?? "worker" });
  }
}

interface Parsed {
  readonly level: Level;
  readonly message: string;
  /** workerd's own file; undefined when the worker said it. */
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
    // What it writes before its log is set up, or while it dies, is plain text.
  }
  return { level: "error", message: line, source: "workerd" };
}
