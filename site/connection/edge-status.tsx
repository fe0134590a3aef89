import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Bucket, Status } from "../../contract/status.ts";
import { ask } from "../edge/api.ts";
import { allTexts } from "../i18n/all-texts.ts";
import type { Formats } from "../i18n/format.ts";
import { formats } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Icon } from "../ui/icon.tsx";
import { Block } from "../ui/sheet.tsx";

const DAY_MS = 86_400_000;
/** Milliseconds between requests for the status, so that a page left open overnight isn't stale in the morning. */
const ASK_EVERY_MS = 300_000;
/** Milliseconds until a failed request is repeated: a laptop that wakes has no network for a moment. */
const ASK_AGAIN_MS = 15_000;

/** The spans of the past that are shown: the number of bars, and milliseconds per bar. */
const SPANS = {
  day: { count: 48, barMs: DAY_MS / 48 },
  quarter: { count: 90, barMs: DAY_MS },
} as const;

/** NATS as seen from the edge: uptime and bars for the last 24 hours and the last 90 days. */
export function EdgeStatusBlock() {
  const t = allTexts.value;
  const status = useSignal<Status | "loading" | "failed">("loading");
  const turn = useComputed(() => Math.floor(nowSecondMs.value / ASK_AGAIN_MS)).value;
  const lastAskedTurn = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (Math.abs(turn - lastAskedTurn.current) < ASK_EVERY_MS / ASK_AGAIN_MS) return;
    lastAskedTurn.current = turn;
    ask("status", "/api/status", {}).then(
      (loaded) => {
        status.value = loaded;
      },
      () => {
        lastAskedTurn.current = Number.NEGATIVE_INFINITY;
        // An old status is better than none.
        if (status.value === "loading") status.value = "failed";
      },
    );
  }, [turn]);
  return (
    <Block title={t.evidenceEdge}>
      {status.value === "loading" && <Icon name="spinner" spinning />}
      {status.value === "failed" && <p class="note">{t.edgeFailed}</p>}
      {typeof status.value === "object" && (
        <>
          <Bars status={status.value} of="day" title={t.edgeDay} />
          <Bars status={status.value} of="quarter" title={t.edgeQuarter} />
        </>
      )}
    </Block>
  );
}

function Bars({ status, of, title }: { status: Status; of: keyof typeof SPANS; title: string }) {
  const uptime = status.uptime[of];
  const t = allTexts.value;
  const f = formats.value;
  const since = observedSince(status, of, f);
  const share = uptime === null || since === null ? t.notYet : t.edgeUptime(f.percent(uptime), since);
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
            title={`${f.dateTime(fromMs)}: ${t.edgeOutcomes[outcome]}`}
          />
        ))}
      </div>
    </figure>
  );
}

/** One bar: a span of time and its outcome; `none` when nothing was observed. */
export interface Bar {
  readonly fromMs: number;
  readonly outcome: "none" | "good" | "mixed" | "bad";
}

type Past = { readonly observation: Pick<Status["observation"], "observedAtMs"> } & {
  readonly [S in keyof typeof SPANS]: readonly Bucket[];
};

/** When the edge began to observe. Days are in UTC; their noon falls on the same date nearly everywhere. */
export function observedSince(past: Past, of: keyof typeof SPANS, formats: Formats): string | null {
  const [first] = past[of];
  if (first === undefined) return null;
  return of === "quarter" ? formats.day(first.startMs + DAY_MS / 2) : formats.dateTimeShort(first.startMs);
}

/** Groups buckets into bars, oldest first. They end at the edge's last check: the browser's clock may be wrong. */
export function barsOf(past: Past, of: keyof typeof SPANS): readonly Bar[] {
  const { count, barMs } = SPANS[of];
  const endMs = past.observation.observedAtMs + 1;
  return Array.from({ length: count }, (_, index) => {
    const fromMs = endMs - (count - index) * barMs;
    const own = past[of].filter(({ startMs }) => startMs >= fromMs && startMs < fromMs + barMs);
    const isReached = own.some(({ pass, warn }) => pass + warn > 0);
    const isFailed = own.some(({ fail }) => fail > 0);
    const outcome = isReached ? (isFailed ? "mixed" : "good") : isFailed ? "bad" : "none";
    return { fromMs, outcome };
  });
}
