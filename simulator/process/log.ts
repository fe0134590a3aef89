import { appendFileSync } from "node:fs";

/** Writes one line in nats-server's format: `[pid] 2026/11/24 10:24:20.937528 [INF] text`. */
export type Log = (level: "INF" | "WRN" | "ERR" | "FTL", text: string) => void;

/** A log to standard error, or to a file. */
export function openLog(file: string | undefined): Log {
  return (level, text) => {
    const stamp = new Date().toISOString().replace(/-/g, "/").replace("T", " ").replace("Z", "000");
    const line = `[${process.pid}] ${stamp} [${level}] ${text}\n`;
    if (file === undefined) process.stderr.write(line);
    else appendFileSync(file, line);
  };
}
