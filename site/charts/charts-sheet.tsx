import { useMemo } from "preact/hooks";
import { formats, texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import type { FeedSession } from "../session.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Block, Sheet } from "../ui/sheet.tsx";
import { Chart } from "./chart.tsx";
import { busiest, rateSeries } from "./rate-series.ts";
import { RoundTripChart } from "./round-trip-chart.tsx";
import type { Samples } from "./samples.ts";

/** Told apart in both themes; a fifth line begins again, dashed. */
const COLOURS = ["--accent", "--green", "--amber", "--red"] as const;

/** How much came and how long it took, over the last 15 minutes. */
export function ChartsSheet(props: {
  feeds: readonly FeedSession[];
  roundTrips: Samples;
  onClose: () => void;
}) {
  const { feeds, roundTrips, onClose } = props;
  const s = sheetTexts.value;
  const f = formats.value;
  const nowMs = nowSecondMs.value;
  const { subjects, rates } = useMemo(() => {
    const lines = busiest(
      feeds.flatMap(({ view }) => view.store.subjectRates.all),
      nowMs,
    );
    return {
      subjects: lines.map(({ subject }) => subject),
      rates: rateSeries(
        lines.map(({ history }) => history),
        nowMs,
      ),
    };
  }, [nowMs]);
  const lines = subjects.map((subject, index) => ({
    label: subject ?? s.chartsOthers,
    colour: COLOURS[index % COLOURS.length] ?? "--accent",
    isDashed: index >= COLOURS.length,
  }));
  return (
    <Sheet title={texts.value.charts} testId="charts" wide subject={roundTrips} onClose={onClose}>
      <Block title={s.chartsRate}>
        <Chart
          lines={lines}
          data={rates}
          format={f.number}
          time={f.time}
          timeLabel={texts.value.columnTime}
          summary={s.chartsRateSummary(
            lines
              .map(({ label }, index) => `${label}: ${f.number(rates[index + 1]?.at(-1) ?? 0)}`)
              .join(", "),
          )}
          testId="chart-rate"
        />
      </Block>
      <Block title={s.connectionRoundTrip}>
        <RoundTripChart roundTrips={roundTrips} />
      </Block>
    </Sheet>
  );
}
