import { type ConnectionState, type Fault, faultOf } from "../../client/index.ts";
import { fillServer } from "../../contract/explanations.ts";
import type { AllTexts } from "../i18n/all-texts.ts";
import type { Formats } from "../i18n/format.ts";
import { secondsUntil } from "./pill-words.ts";

/** Shorter interruptions show no banner and are not announced: the banner would only flash. */
export const QUIET_MS = 1000;

/** The fault for the banner to show; null when there is none. */
export function bannerFault(state: ConnectionState, nowMs: number): Fault | null {
  if (state.status === "reconnecting" && Math.abs(nowMs - state.sinceMs) < QUIET_MS) return null;
  return faultOf(state);
}

/** A fault in words: what happened, what to do now, and whether a viewer or an operator can do it. */
export function faultWords({ explanation, evidence }: Fault, texts: AllTexts) {
  const { what, fix, who } = texts.explanations[explanation];
  return {
    what: fillServer(what, evidence.server),
    fix: fillServer(fix, evidence.server),
    who,
    whose: who === "viewer" ? texts.bannerForViewer : texts.bannerForOperator,
  };
}

/** Whether only a reload helps: it leads to the sign-in page, the new configuration, or the missing part. */
export function mustReload({ explanation }: Fault): boolean {
  return ["access-ended", "new-configuration", "not-loaded"].includes(explanation);
}

/** What the client does next, in words; null when it isn't reconnecting. */
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
 * Since when the fault lasts, and whether for everyone: the edge, outside the reader's network, sees the same
 * failure. For a server that was never reached, only the time of the first attempt is known.
 * @param isFirst whether the connection has not been live since it was turned on
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
  const isForEveryone = fault.evidence.edge?.status === "fail" && fault.explanation === fault.kind;
  return isForEveryone ? texts.bannerDown(since) : since;
}

/**
 * The banner's sentence for viewers. A fault that a viewer can fix is named; for all others the sentence says that
 * the page recovers by itself, except mixed content, which no attempt can cure.
 * @param isFirst whether the connection has not been live since it was turned on
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
