import { signal } from "@preact/signals";
import { formats, language } from "../i18n/i18n.ts";
import type { recoveredGapWords } from "../i18n/recovered.ts";
import type { GapMark } from "./entry.ts";

const words = signal<typeof recoveredGapWords | null>(null);

/** Says what became of what a gap kept away; null where there is no stream, and until the words have been loaded. */
export function recoveredWords(gap: GapMark): string | null {
  const { recovered } = gap;
  if (recovered.outcome === "no" && recovered.reason === "no-stream") return null;
  if (words.value !== null) return words.value(gap, language.value, formats.value);
  import("../i18n/recovered.ts").then(
    (module) => {
      words.value = module.recoveredGapWords;
    },
    // Then the gap says no more than one without a stream.
    () => {},
  );
  return null;
}
