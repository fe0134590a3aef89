/** The container's health check: ends with 0 when the product answers on its own port. */
import { watchedHost } from "./watch.ts";

const { HOST = "127.0.0.1", PORT = "8787" } = process.env;
const LIMIT_MS = 4000;

const host = watchedHost(HOST);
const url = `http://${host.includes(":") ? `[${host}]` : host}:${PORT}/livez`;
const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) }).catch(() => null);
process.exitCode = answer?.ok ? 0 : 1;
