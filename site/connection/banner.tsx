import { useComputed } from "@preact/signals";
import type { Fault } from "../../client/index.ts";
import { formats, texts } from "../i18n/i18n.ts";
import { nowMs } from "../ui/clock.ts";
import { Facts } from "../ui/facts.tsx";
import { Icon } from "../ui/icon.tsx";
import { WithCode } from "../ui/with-code.tsx";
import { bannerFault } from "./banner-rule.ts";
import { faultWords, nextStepWords, sinceWords } from "./banner-words.ts";
import type { Connection } from "./connection.ts";
import { evidenceLines } from "./evidence.ts";

/** Says what is wrong with the connection, what to do and for whom; there only while something is. */
export function Banner({ connection }: { connection: Connection }) {
  const fault = useComputed(() => bannerFault(connection.state.value, nowMs.value));
  if (fault.value === null) return null;
  return <BannerFor connection={connection} fault={fault.value} />;
}

function BannerFor({ connection, fault }: { connection: Connection; fault: Fault }) {
  const t = texts.value;
  const state = connection.state.value;
  const nextStep = useComputed(() =>
    nextStepWords(connection.state.value, nowMs.value, texts.value, formats.value),
  );
  const { what, fix, who, whose } = faultWords(fault, t);
  // Only a navigation gets to the sign-in page, or to another configuration.
  const mustReload = fault.explanation === "access-ended" || fault.explanation === "new-configuration";
  return (
    <section
      class="banner"
      aria-label={t.bannerLabel}
      data-testid="banner"
      data-kind={fault.kind}
      data-explanation={fault.explanation}
    >
      <div class="banner__icon">
        <Icon name="alert" />
      </div>
      <div class="banner__text">
        <p class="banner__what">{what}</p>
        <p class="banner__fix">
          <WithCode text={fix} />
        </p>
        <p class="banner__facts">
          <span class="tag" data-testid="banner-who" data-who={who}>
            {whose}
          </span>
          <span data-testid="banner-since">{sinceWords(state, fault, t, formats.value)}</span>
        </p>
        <details class="banner__details" data-testid="banner-details">
          <summary>{t.details}</summary>
          <Facts lines={evidenceLines(fault, t, formats.value)} />
        </details>
      </div>
      <div class="banner__actions">
        <button
          type="button"
          class="button button--primary"
          data-testid="banner-retry"
          onClick={() => (mustReload ? location.reload() : connection.retryNow())}
        >
          <Icon name="retry" />
          {mustReload ? t.reload : t.retryNow}
        </button>
        <span class="banner__next" data-testid="banner-next">
          {nextStep}
        </span>
      </div>
    </section>
  );
}
