/** More than this is cut: nobody reads it, and laying it out would hold the page up. */
export const MAX_PRETTY_CHARACTERS = 64 * 1024;

/** A value as indented JSON, and whether it had to be cut. */
export interface Pretty {
  readonly text: string;
  readonly cut: boolean;
}

/** Writes a value as indented JSON; never throws. */
export function pretty(value: unknown): Pretty {
  let text: string;
  try {
    text = JSON.stringify(value, null, 2);
  } catch {
    // Nested deeper than the stack: JSON.parse can read what JSON.stringify can't write.
    return { text: "{…}", cut: true };
  }
  if (text.length <= MAX_PRETTY_CHARACTERS) return { text, cut: false };
  return { text: text.slice(0, MAX_PRETTY_CHARACTERS), cut: true };
}
