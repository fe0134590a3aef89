import type { ConfigProblem } from "../../contract/problem.ts";
import { quoted } from "./problem.ts";

/** One observation opens a connection to each; Workers allow six at a time. */
const MAX_SERVERS = 6;

const WEBSOCKET_PORT_FIX = "give the port of nats-server's `websocket` block, such as ws://127.0.0.1:9222";

/** What to give instead of a URL of another scheme. */
const SCHEME_FIXES: Readonly<Record<string, string>> = {
  "http:": "give ws:// instead of http://",
  "https:": "give wss:// instead of https://",
  "nats:": `browsers can't speak raw NATS: ${WEBSOCKET_PORT_FIX}`,
  "tls:": `browsers can't speak raw NATS: ${WEBSOCKET_PORT_FIX.replace("ws:", "wss:")}`,
};

/** The servers of NATS_URL, or what is wrong with it. */
export function readServers(natsUrl: string | undefined): {
  servers: readonly string[];
  problems: readonly ConfigProblem[];
} {
  if (natsUrl === undefined || natsUrl.trim() === "") {
    return { servers: [], problems: [problem("NATS_URL", "is not set", WEBSOCKET_PORT_FIX)] };
  }
  const entries = natsUrl.split(",").map((entry) => entry.trim());
  const path = (index: number): string => (entries.length === 1 ? "NATS_URL" : `NATS_URL[${index}]`);
  const problems = entries.flatMap((entry, index) => {
    const found = checkServer(entry, path(index));
    if (found !== null) return [found];
    const isRepeated = entries.indexOf(entry) < index;
    return isRepeated ? [problem(path(index), `repeats ${quoted(entry)}`, "name each server once")] : [];
  });
  if (entries.length > MAX_SERVERS) {
    problems.push(problem("NATS_URL", `names ${entries.length} servers`, `give at most ${MAX_SERVERS}`));
  }
  return { servers: problems.length === 0 ? entries : [], problems };
}

function checkServer(entry: string, path: string): ConfigProblem | null {
  if (entry === "") return problem(path, "is empty", "remove the extra comma");
  if (!URL.canParse(entry)) return problem(path, `is ${quoted(entry)}, not a URL`, WEBSOCKET_PORT_FIX);
  const url = new URL(entry);
  // Said first and without the value: a password must not reach a log or an answer.
  if (url.username !== "" || url.password !== "") {
    return problem(path, "carries a user or password", "remove what stands before the @: the page is public");
  }
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    return problem(
      path,
      `is ${quoted(entry)}`,
      SCHEME_FIXES[url.protocol] ?? `start it with ws:// or wss://`,
    );
  }
  if (url.port === "0") return problem(path, "has port 0", WEBSOCKET_PORT_FIX);
  if (url.hash !== "") return problem(path, "has a #fragment", "remove what stands after the #");
  return null;
}

function problem(path: string, message: string, fix: string): ConfigProblem {
  return { variable: "NATS_URL", path, message, fix };
}
