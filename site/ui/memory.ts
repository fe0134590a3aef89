const PREFIX = "mycelium.";

/** Reads a remembered value; null when there is none, or storage is denied. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    // Some private windows deny storage; the page works without it.
    return null;
  }
}

/** Remembers a preference in this browser; null forgets it. Never use this for secrets. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage is denied or full; the preference lasts as long as the page.
  }
}

/** Calls `onChange` when another tab changes a remembered value, so that a choice applies to all tabs. */
export function onRemembered(name: string, onChange: (value: string | null) => void): void {
  addEventListener("storage", ({ key, newValue }) => {
    if (key === PREFIX + name) onChange(newValue);
  });
}

/** Parses remembered JSON; null when it is invalid. An older version, or a person, may have written it. */
export function readJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
