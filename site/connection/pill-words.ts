import type { ConnectionState } from "../../client/index.ts";
import type { Texts } from "../i18n/en.ts";
import type { Formats } from "../i18n/format.ts";
import type { IconName } from "../ui/icon.tsx";

/** Whole seconds until `atMs`, at least 0, rounded up so that a countdown ends with "1 s". */
export function secondsUntil(atMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((atMs - nowMs) / 1000));
}

const ICONS = { idle: "power", live: "live", stopping: "spinner", stopped: "stop" } as const;

/** The pill's icon; a spinner while the client is working. */
export function pillIcon(state: ConnectionState): IconName {
  if (!("attempt" in state)) return ICONS[state.status];
  if (state.waitingForNetwork) return "offline";
  return state.nextAttemptAtMs === null ? "spinner" : "retry";
}

/**
 * The state in a few words, with countdown and attempt if any.
 * @param behindMs milliseconds that a slow link is behind; null when it isn't
 */
export function pillWords(
  state: ConnectionState,
  behindMs: number | null,
  nowMs: number,
  texts: Texts,
  formats: Formats,
): string {
  if (behindMs !== null) return texts.pillBehind(formats.duration(behindMs));
  if (!("attempt" in state)) return texts.statuses[state.status];
  if (state.waitingForNetwork) return texts.pillWaitingForNetwork;
  if (state.status === "failed") return texts.statuses.failed;
  const isFirst = state.status === "connecting";
  const attempt = formats.number(state.attempt);
  if (state.nextAttemptAtMs !== null) {
    const seconds = formats.number(secondsUntil(state.nextAttemptAtMs, nowMs));
    return (isFirst ? texts.pillRetryingIn : texts.pillReconnectingIn)(seconds, attempt);
  }
  if (!isFirst) return texts.pillReconnecting(attempt);
  return state.attempt === 1 ? texts.statuses.connecting : texts.pillConnectingAttempt(attempt);
}
