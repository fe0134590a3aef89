import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { faultOf } from "../../client/index.ts";
import type { Passphrase } from "../credentials/passphrase.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import { nowMs } from "../ui/clock.ts";
import { Icon } from "../ui/icon.tsx";
import { KeepsFocus } from "../ui/keeps-focus.tsx";
import { later } from "../ui/later.tsx";
import { WithCode } from "../ui/with-code.tsx";
import {
  bannerFault,
  calmWords,
  faultWords,
  mustReload,
  nextStepWords,
  QUIET_MS,
  sinceWords,
} from "./banner-words.ts";
import type { Connection } from "./connection.ts";

const EvidenceList = later(async () => (await import("./evidence-list.tsx")).EvidenceList);

/**
 * The banner of a connection fault. It shows one calm sentence for viewers, and in its details what happened and
 * what to do, for the operator of NATS.
 */
export function Banner({ connection }: { connection: Connection }) {
  const t = allTexts.value;
  const state = connection.state.value;
  const now = nowMs();
  const fault = bannerFault(state, now);
  if (fault === null) return null;
  const { what, fix, who, whose } = faultWords(fault, t);
  const calm = calmWords(connection.isFirst, fault, t);
  const needsReload = mustReload(fault);
  return (
    <section
      class="banner banner--over"
      aria-label={t.bannerLabel}
      data-testid="banner"
      data-kind={fault.kind}
      data-explanation={fault.explanation}
    >
      <KeepsFocus />
      <div class="banner__icon">
        <Icon name="alert" />
      </div>
      <div class="banner__text">
        <p class="banner__what" data-testid="banner-calm">
          {calm.what} <span class="banner__calm">{calm.hint}</span>
        </p>
        <details class="banner__details" data-testid="banner-details">
          <summary data-testid="banner-who" data-who={who}>
            {who === "viewer" ? t.details : whose}
          </summary>
          {who !== "viewer" && (
            <>
              <p class="banner__fault">
                <WithCode text={what} />
              </p>
              <p class="banner__fix">
                <WithCode text={fix} />
              </p>
            </>
          )}
          <p class="banner__facts">
            {who === "viewer" && <span class="tag">{whose}</span>}
            <span data-testid="banner-since">
              {sinceWords(state, connection.isFirst, fault, t, formats.value)}
            </span>
          </p>
          <EvidenceList fault={fault} />
        </details>
      </div>
      <div class="banner__actions">
        <span class="banner__next" data-testid="banner-next">
          {nextStepWords(state, now, t, formats.value)}
        </span>
        <button
          type="button"
          class="button button--primary"
          data-testid="banner-retry"
          onClick={() => (needsReload ? location.reload() : connection.retryNow())}
        >
          <Icon name="retry" />
          {needsReload ? t.reload : t.retryNow}
        </button>
      </div>
    </section>
  );
}

/**
 * Announces changes of the state to screen readers, with the banner's sentence for viewers. The countdown is left
 * out: an announcement each second would drown out everything else.
 */
export function Announcer(props: { connection: Connection; passphrase: Passphrase }) {
  const { connection, passphrase } = props;
  const sentence = useComputed(() => {
    const state = connection.state.value;
    const fault = faultOf(state);
    // The passphrase prompt announces this itself.
    if (fault?.explanation === "passphrase-wrong" && passphrase.asking.value === "again") return "";
    if (fault !== null) return calmWords(connection.isFirst, fault, allTexts.value).what;
    return state.status === "idle" ? "" : allTexts.value.statuses[state.status];
  });
  const announcement = useSignal("");
  useEffect(() => {
    const timer = setTimeout(() => {
      announcement.value = sentence.value;
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [sentence.value]);
  return (
    <div class="visually-hidden" role="status" data-testid="announcer">
      {announcement}
    </div>
  );
}
