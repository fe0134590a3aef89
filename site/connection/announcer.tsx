import { useComputed } from "@preact/signals";
import { faultOf, fillServer } from "../../client/index.ts";
import { texts } from "../i18n/i18n.ts";
import type { Connection } from "./connection.ts";

/**
 * Tells a screen reader when the state changes. It leaves the countdown out:
 * a sentence each second would drown everything else.
 */
export function Announcer({ connection }: { connection: Connection }) {
  const sentence = useComputed(() => {
    const t = texts.value;
    const state = connection.state.value;
    const fault = faultOf(state);
    if (fault !== null) return fillServer(t.explanations[fault.explanation].what, fault.evidence.server);
    const words = {
      idle: "",
      connecting: t.pillConnecting,
      live: t.pillLive,
      reconnecting: t.pillConnecting,
      stopping: t.pillStopping,
      stopped: t.pillStopped,
      failed: t.pillFailed,
    };
    return words[state.status];
  });
  return (
    <div class="visually-hidden" role="status" data-testid="announcer">
      {sentence}
    </div>
  );
}
