/** How often a process behind `npm run` looks whether npm is still there, milliseconds. */
const LOOK_EVERY_MS = 200;

/** The process that a harness knows: our own, or, behind `npm run simulator`, npm's. */
export function knownProcessIds(): readonly number[] {
  return isBehindNpm() ? [process.pid, process.ppid] : [process.pid];
}

/**
 * Calls back when npm, which started us, is gone. npm passes no SIGKILL on, and
 * a harness that kills what it started means the server, not its wrapper.
 */
export function onNpmGone(callback: () => void): void {
  if (!isBehindNpm()) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    callback();
  }, LOOK_EVERY_MS);
  watch.unref();
}

function isBehindNpm(): boolean {
  return process.env.npm_lifecycle_event === "simulator";
}
