import { useMemo } from "preact/hooks";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Chart } from "./chart.tsx";
import type { Samples } from "./samples.ts";

/** A chart of the round trip times of the last 15 minutes. */
export function RoundTripChart({ roundTrips }: { roundTrips: Samples }) {
  const t = allTexts.value;
  const f = formats.value;
  const series = useMemo(() => roundTrips.series, [nowSecondMs.value]);
  const last = series[1].at(-1) ?? null;
  return (
    <Chart
      labels={[t.connectionRoundTrip]}
      data={series}
      format={f.duration}
      time={f.time}
      timeLabel={t.columnTime}
      summary={t.chartsRoundTripSummary(last === null ? t.notYet : f.duration(last))}
      testId="chart-rtt"
    />
  );
}
