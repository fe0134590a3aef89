import type { Gap } from "../../client/index.ts";
import type { Texts } from "../i18n/en.ts";
import type { Formats } from "../i18n/format.ts";
import type { GapMark } from "./entry.ts";

/** A gap in words: how long it lasted, when, and how many messages are missing or were recovered. */
export function gapWords(gap: GapMark, texts: Texts, formats: Formats): string {
  const { fromMs, toMs, gapKind } = gap;
  const when = texts.gapWhen[gapKind](formats.duration(toMs - fromMs));
  const outcome = outcomeWords(gap, texts, formats);
  return `${when}, ${formats.time(fromMs)}–${formats.time(toMs)}: ${outcome}`;
}

/** How many of a gap's messages are missing and recovered, in words. */
export function outcomeWords(
  { missing, recovered }: Pick<Gap, "missing" | "recovered">,
  texts: Texts,
  formats: Formats,
): string {
  const count = formats.count(recovered);
  if (missing === "unknown") return texts.gapMayMiss;
  if ("atMost" in missing) return texts.gapAtMost(count, formats.count(missing.atMost));
  if (missing.exactly > 0) return texts.gapExactly(count, formats.count(missing.exactly));
  return recovered === 0 ? texts.gapNone : texts.gapAll(count);
}
