/** Lets the page be opened without a network from now on; where that can't be, nothing else suffers. */
export function registerOffline(): void {
  // Absent without a secure context; refused in some private windows.
  navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
}
