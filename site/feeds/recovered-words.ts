import { signal } from "@preact/signals";
import type { Recovered } from "../../client/index.ts";
import { formats, language } from "../i18n/i18n.ts";
import type { GapMark } from "./entry.ts";

type Words = typeof import("../i18n/recovered.ts");

const words = signal<Words | null>(null);

/** Says when a gap was, and what became of what it kept away; null where there is no stream, and until the words have been loaded. */
export function recoveredWords(gap: GapMark): string | null {
  return wordsFor(gap.recovered)?.recoveredGapWords(gap, language.value, formats.value) ?? null;
}

/** The second half of that alone. */
export function outcomeWords(recovered: Recovered): string | null {
  return wordsFor(recovered)?.outcomeWords(recovered, language.value, formats.value) ?? null;
}

function wordsFor(recovered: Recovered): Words | null {
  if (recovered.outcome === "no" && recovered.reason === "no-stream") return null;
  if (words.value === null) {
    import("../i18n/recovered.ts").then(
      (module) => {
        words.value = module;
      },
      // Then the gap says no more than one without a stream.
      () => {},
    );
  }
  return words.value;
}
