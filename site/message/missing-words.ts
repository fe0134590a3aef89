import type { ConnectionState } from "../../client/index.ts";
import type { AllTexts } from "../i18n/all-texts.ts";

/** The state of fetching a message from its stream; an error says why that failed. */
export type LookupState = "no stream" | "asking" | "gone" | Error;

/** Why a linked message isn't shown, in words. */
export function missingWords(lookup: LookupState, state: ConnectionState, t: AllTexts): string {
  if (lookup instanceof Error) return t.detailUnread(lookup.message);
  if (lookup === "no stream") return t.detailNoStream;
  if (lookup === "gone") return t.detailGone;
  if (state.status === "live") return t.detailAsking;
  // Nothing is fetched without a connection.
  if (state.status === "connecting" && state.failedAttempts === 0)
    return `${t.feedEmptyConnecting}. ${t.feedEmptyUntilLiveHint}`;
  return "failedAttempts" in state
    ? `${t.feedEmptyDown}. ${t.feedEmptyUntilLiveHint}`
    : `${t.feedEmptyOff}. ${t.feedEmptyOffHint}`;
}
