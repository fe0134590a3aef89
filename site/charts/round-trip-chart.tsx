import { useMemo } from "preact/hooks";
import { formats, texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Chart } from "./chart.tsx";
import type { Samples } from "./samples.ts";

/** How long a round trip took, over the last 15 minutes. */
export function RoundTripChart({ roundTrips }: { roundTrips: Samples }) {
  const s = sheetTexts.value;
  const f = formats.value;
  const series = useMemo(() => roundTrips.series, [nowSecondMs.value]);
  const last = series[1].at(-1) ?? null;
  return (
    <Chart
      labels={[s.connectionRoundTrip]}
      data={series}
      format={f.duration}
      time={f.time}
      timeLabel={texts.value.columnTime}
      summary={s.chartsRoundTripSummary(last === null ? s.notYet : f.duration(last))}
      testId="chart-rtt"
    />
  );
}
