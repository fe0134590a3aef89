import "./tokens.css";
import "./base.css";
import "./ui/controls.css";
import "./header.css";
import "./connection/banner.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import { App, type Opening } from "./app.tsx";
import { loadConfig } from "./edge/api.ts";
import { openLanguage } from "./language.ts";
import { startClock } from "./ui/clock.ts";
import { openTheme } from "./ui/theme.ts";

const opening = signal<Opening>({ stage: "loading" });

/** Loads the configuration and the dashboard, which the shell renders without. */
async function open(): Promise<void> {
  opening.value = { stage: "loading" };
  try {
    const [config, { openDashboard }] = await Promise.all([loadConfig(), import("./dashboard.tsx")]);
    opening.value = { stage: "open", dashboard: openDashboard(config) };
  } catch (error) {
    // `fetch` and `import` throw a TypeError when nothing answered. A worker on this machine needs no network.
    const isOffline = error instanceof TypeError && !navigator.onLine;
    if (isOffline) addEventListener("online", openAgain, { once: true });
    opening.value = {
      stage: "failed",
      isOffline,
      detail: error instanceof Error ? error.message : String(error),
    };
  }
}

/** Tries again, unless the page was opened in the meantime. */
function openAgain(): void {
  if (opening.value.stage === "failed") void open();
}

openTheme();
startClock();
const opened = open();
await openLanguage();
const root = document.getElementById("app");
if (root !== null) render(<App opening={opening} onRetry={() => void open()} />, root);
await opened;
// Lets the page open offline. Missing outside a secure context; rejected in some private windows.
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
