import { signal } from "@preact/signals";
import type { Gap } from "../../client/index.ts";
import { formats, language } from "../i18n/i18n.ts";
import type { GapMark } from "./entry.ts";

type Words = typeof import("../i18n/recovered.ts");
type Outcome = Pick<Gap, "kind" | "missing" | "recovered">;

const words = signal<Words | null>(null);

/** Says when a gap was, and what became of what it kept away; null where nothing is known of that, and until the words have been loaded. */
export function recoveredWords(gap: GapMark): string | null {
  const { gapKind: kind, missing, recovered } = gap;
  return (
    wordsFor({ kind, missing, recovered })?.recoveredGapWords(gap, language.value, formats.value) ?? null
  );
}

/** The second half of that alone. */
export function outcomeWords(outcome: Outcome): string | null {
  return wordsFor(outcome)?.outcomeWords(outcome, language.value, formats.value) ?? null;
}

function wordsFor({ kind, missing }: Outcome): Words | null {
  if (missing === "unknown" && (kind === "break" || kind === "stop")) return null;
  if (words.value === null) {
    import("../i18n/recovered.ts").then(
      (module) => {
        words.value = module;
      },
      // Then the gap says no more than one of which nothing is known.
      () => {},
    );
  }
  return words.value;
}
