import type { ConnectionState } from "../../client/index.ts";
import type { AllTexts } from "../i18n/all-texts.ts";

/** What became of asking a stream for a message; an error says why it couldn't be asked. */
export type LookupState = "no stream" | "asking" | "gone" | Error;

/** Why a message that a link names isn't shown, in words. */
export function missingWords(lookup: LookupState, state: ConnectionState, t: AllTexts): string {
  if (lookup instanceof Error) return t.detailUnread(lookup.message);
  if (lookup === "no stream") return t.detailNoStream;
  if (lookup === "gone") return t.detailGone;
  if (state.status === "live") return t.detailAsking;
  // Nobody is asked without a link.
  if (state.status === "connecting" && state.failedAttempts === 0)
    return `${t.feedEmptyConnecting}. ${t.feedEmptyConnectingHint}`;
  return "failedAttempts" in state
    ? `${t.feedEmptyDown}. ${t.feedEmptyDownHint}`
    : `${t.feedEmptyOff}. ${t.feedEmptyOffHint}`;
}
