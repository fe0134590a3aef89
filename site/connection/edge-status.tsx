import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Status } from "../../contract/status.ts";
import { ask } from "../api.ts";
import { formats } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { Icon } from "../ui/icon.tsx";
import { Block } from "../ui/sheet.tsx";
import { barsOf } from "./edge-history.ts";

/** How the edge has seen NATS: uptime and bars of the last day and of the last 90 days. */
export function EdgeStatusBlock() {
  const s = sheetTexts.value;
  const status = useSignal<Status | "loading" | "failed">("loading");
  useEffect(() => {
    const ending = new AbortController();
    ask("status", "/api/status", { signal: ending.signal }).then(
      (loaded) => {
        status.value = loaded;
      },
      () => {
        if (!ending.signal.aborted) status.value = "failed";
      },
    );
    return () => ending.abort();
  }, []);
  return (
    <Block title={s.evidenceEdge}>
      {status.value === "loading" && <Icon name="spinner" spinning />}
      {status.value === "failed" && <p class="note">{s.edgeFailed}</p>}
      {typeof status.value === "object" && (
        <>
          <Bars status={status.value} of="day" title={s.edgeDay} />
          <Bars status={status.value} of="quarter" title={s.edgeQuarter} />
        </>
      )}
    </Block>
  );
}

function Bars({ status, of, title }: { status: Status; of: "day" | "quarter"; title: string }) {
  const [buckets, uptime] = [status[of], status.uptime[of]];
  const s = sheetTexts.value;
  const since = buckets[0]?.startMs;
  const share =
    uptime === null || since === undefined
      ? s.notYet
      : s.edgeUptime(formats.value.percent(uptime), formats.value.dateTimeShort(since));
  return (
    <figure class="bars">
      <figcaption class="bars__title">
        {title} <strong>{share}</strong>
      </figcaption>
      <div class="bars__all" aria-hidden="true">
        {barsOf(status, of).map(({ fromMs, outcome }) => (
          <span
            class="bars__one"
            key={fromMs}
            data-outcome={outcome}
            title={`${formats.value.dateTime(fromMs)}: ${s.edgeOutcomes[outcome]}`}
          />
        ))}
      </div>
    </figure>
  );
}
