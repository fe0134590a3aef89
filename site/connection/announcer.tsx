import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { faultOf } from "../../client/index.ts";
import { fillServer } from "../../contract/explanations.ts";
import type { Passphrase } from "../credentials/passphrase.ts";
import { faultTexts } from "../i18n/faults.ts";
import { texts } from "../i18n/i18n.ts";
import type { Connection } from "./connection.ts";

/** A state that is over before this isn't told: it would only interrupt the next. */
const SETTLED_MS = 500;

/**
 * Tells a screen reader when the state changes. It leaves the countdown out:
 * a sentence each second would drown everything else.
 */
export function Announcer(props: { connection: Connection; passphrase: Passphrase }) {
  const { connection, passphrase } = props;
  const sentence = useComputed(() => {
    const state = connection.state.value;
    const fault = faultOf(state);
    // The prompt says that itself.
    if (fault?.explanation === "passphrase-wrong" && passphrase.asking.value === "again") return "";
    if (fault !== null)
      return fillServer(faultTexts.value.explanations[fault.explanation].what, fault.evidence.server);
    return state.status === "idle" ? "" : texts.value.statuses[state.status];
  });
  const announcement = useSignal("");
  useEffect(() => {
    const timer = setTimeout(() => {
      announcement.value = sentence.value;
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [sentence.value]);
  return (
    <div class="visually-hidden" role="status" data-testid="announcer">
      {announcement}
    </div>
  );
}
