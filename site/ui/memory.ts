const PREFIX = "mycelium.";

/** What this browser remembers under a name; null when it remembers nothing or may not. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    // Storage is denied in some private windows: the page works without it.
    return null;
  }
}

/** Remembers a preference in this browser; never anything secret. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // As above: a preference that isn't kept is no failure.
  }
}

/** Calls back when another tab of the page remembers something else under a name: what is chosen in one is meant for all. */
export function onRemembered(name: string, take: (value: string | null) => void): void {
  addEventListener("storage", ({ key, newValue }) => {
    if (key === PREFIX + name) take(newValue);
  });
}

/** Reads what was kept as JSON; null where it isn't any: an older version, or somebody's hand, may have written it. */
export function readJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
