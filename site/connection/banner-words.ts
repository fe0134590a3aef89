import { type ConnectionState, type Fault, faultOf } from "../../client/index.ts";
import { fillServer } from "../../contract/explanations.ts";
import type { AllTexts } from "../i18n/all-texts.ts";
import type { Formats } from "../i18n/format.ts";
import { secondsUntil } from "./pill-words.ts";

/** A live link that is back within this time was hardly missed: a banner would only flash, and words interrupt the next. */
export const QUIET_MS = 1000;

/** The fault that the banner tells, or null when nothing is wrong that a reader should know of. */
export function bannerFault(state: ConnectionState, nowMs: number): Fault | null {
  if (state.status === "reconnecting" && Math.abs(nowMs - state.sinceMs) < QUIET_MS) return null;
  return faultOf(state);
}

/** Puts a fault into words: what happened, what to do now, and who can do it, a viewer or an operator. */
export function faultWords({ explanation, evidence }: Fault, texts: AllTexts) {
  const { what, fix, who } = texts.explanations[explanation];
  return {
    what: fillServer(what, evidence.server),
    fix: fillServer(fix, evidence.server),
    who,
    whose: who === "viewer" ? texts.bannerForViewer : texts.bannerForOperator,
  };
}

/** Whether only a navigation helps: to the sign-in page, to another configuration, or to the part that is missing. */
export function mustReload({ explanation }: Fault): boolean {
  return ["access-ended", "new-configuration", "not-loaded"].includes(explanation);
}

/** What happens next, in words; null where nothing is to be said. */
export function nextStepWords(
  state: ConnectionState,
  nowMs: number,
  texts: AllTexts,
  formats: Formats,
): string | null {
  if (!("failedAttempts" in state)) return null;
  if (state.waitingForNetwork) return texts.bannerWaitingForNetwork;
  if (state.nextAttemptAtMs === null) return texts.bannerAttemptUnderWay;
  return texts.bannerNextAttempt(formats.number(secondsUntil(state.nextAttemptAtMs, nowMs)));
}

/**
 * Since when, and whether for everyone: the edge, which fails in the same way, is not in the reader's network.
 * Of a server that was never reached it is known only since when it was tried.
 * @param isFirst whether it has yet to be live since it was switched on
 */
export function sinceWords(
  state: ConnectionState,
  isFirst: boolean,
  fault: Fault,
  texts: AllTexts,
  formats: Formats,
): string {
  const time = formats.time(state.sinceMs);
  const isTried = isFirst && !("waitingForNetwork" in state && state.waitingForNetwork);
  const since = isTried ? texts.bannerTriedSince(time) : texts.since(time);
  const isEverybodys = fault.evidence.edge?.status === "fail" && fault.explanation === fault.kind;
  return isEverybodys ? texts.bannerDown(since) : since;
}

/**
 * The calm voice: what whoever looks at the page needs to know. A fault that a viewer can mend is said as it is;
 * of all others there is nothing to do, but where the page itself is served in a way that no attempt can cure.
 * @param isFirst whether it has yet to be live since it was switched on
 */
export function calmWords(
  isFirst: boolean,
  fault: Fault,
  texts: AllTexts,
): { readonly what: string; readonly hint: string } {
  const { what, fix, who } = faultWords(fault, texts);
  if (who === "viewer") return { what, hint: fix };
  if (fault.kind === "mixed-content") return { what: texts.bannerCalmStuck, hint: texts.bannerCalmStuckHint };
  return isFirst
    ? { what: texts.bannerCalmFirst, hint: texts.bannerCalmFirstHint }
    : { what: texts.bannerCalm, hint: texts.bannerCalmHint };
}
