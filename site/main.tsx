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

/** Loads what the shell paints without: the configuration, the client, the dashboard. */
async function open(): Promise<void> {
  opening.value = { stage: "loading" };
  try {
    const [config, { openDashboard }] = await Promise.all([loadConfig(), import("./dashboard.tsx")]);
    opening.value = { stage: "open", dashboard: openDashboard(config) };
  } catch (error) {
    // What `fetch` and `import` throw where nothing answered: a worker on this machine does without a network.
    const isOffline = error instanceof TypeError && !navigator.onLine;
    if (isOffline) addEventListener("online", openAnew, { once: true });
    opening.value = {
      stage: "failed",
      isOffline,
      detail: error instanceof Error ? error.message : String(error),
    };
  }
}

/** A page that was opened in the meantime stays as it is. */
function openAnew(): void {
  if (opening.value.stage === "failed") void open();
}

openTheme();
startClock();
const opened = open();
await openLanguage();
const root = document.getElementById("app");
if (root !== null) render(<App opening={opening} onRetry={() => void open()} />, root);
await opened;
// It opens without a network from now on. Absent without a secure context; refused in some private windows.
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
