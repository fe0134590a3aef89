/** Milliseconds between checks whether npm is still running. */
const CHECK_EVERY_MS = 200;

/** Process ids that a harness may know: this process's and, under `npm run simulator`, npm's. */
export function knownProcessIds(): readonly number[] {
  return isBehindNpm() ? [process.pid, process.ppid] : [process.pid];
}

/**
 * Calls back when the npm that started this process is gone. A harness that kills npm means
 * the server, but npm can't forward a SIGKILL.
 */
export function onNpmGone(callback: () => void): void {
  if (!isBehindNpm()) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    callback();
  }, CHECK_EVERY_MS);
  watch.unref();
}

function isBehindNpm(): boolean {
  return process.env.npm_lifecycle_event === "simulator";
}
