import type { Texts } from "../i18n/en.ts";
import type { Formats } from "../i18n/format.ts";
import type { GapMark } from "./entry.ts";

/** Says when the stream was broken, for how long, and what that means. */
export function gapWords(gap: GapMark, texts: Texts, formats: Formats): string {
  const duration = formats.duration(gap.toMs - gap.fromMs);
  const words = gap.cause === null ? texts.gapSwitchedOff : texts.gapOffline;
  return words(duration, formats.time(gap.fromMs), formats.time(gap.toMs));
}
