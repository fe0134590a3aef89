/** The container's health check: exits with 0 when the product answers on its own port. */
import { authority, watchedHost } from "./watchdog.ts";

const { HOST, PORT } = process.env;
const LIMIT_MS = 4000;

// An empty variable counts as unset, as in the product itself.
const url = `http://${authority(watchedHost(HOST || "127.0.0.1"), PORT || "8787")}/livez`;
const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) }).catch(() => null);
process.exitCode = answer?.ok ? 0 : 1;
