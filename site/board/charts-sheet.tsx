import { useMemo } from "preact/hooks";
import { Chart } from "../charts/chart.tsx";
import { numberFormatter } from "../charts/number-lines.ts";
import { RoundTripChart } from "../charts/round-trip-chart.tsx";
import type { Samples } from "../charts/samples.ts";
import type { Connection } from "../connection/connection.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats, language } from "../i18n/i18n.ts";
import type { PanelModel } from "../panels/panel-model.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Block, Sheet } from "../ui/sheet.tsx";
import { busiest, rateSeries } from "./rate-series.ts";

/** Charts of the message rate and of the round trip over the last 15 minutes. */
export function ChartsSheet(props: {
  panels: readonly PanelModel[];
  connection: Connection;
  roundTrips: Samples;
  onClose: () => void;
}) {
  const { panels, connection, roundTrips, onClose } = props;
  const t = allTexts.value;
  const f = formats.value;
  const nowMs = nowSecondMs.value;
  const { subjects, rates } = useMemo(() => {
    const lines = busiest(
      panels.flatMap(({ store }) => store.subjectRates.all),
      nowMs,
    );
    return {
      subjects: lines.map(({ subject }) => subject),
      rates: rateSeries(
        lines.map(({ history }) => history),
        nowMs,
        connection.liveSpans,
      ),
    };
  }, [nowMs]);
  // An axis may have ticks between whole numbers.
  const format = useMemo(() => numberFormatter(undefined, f, language.value), [f]);
  const labels = subjects.map((subject) => subject ?? t.chartsOthers);
  return (
    <Sheet title={t.charts} testId="charts" wide onClose={onClose}>
      <Block title={t.chartsRate}>
        <Chart
          labels={labels}
          data={rates}
          format={format}
          time={f.time}
          timeLabel={t.columnTime}
          summary={t.chartsRateSummary(
            labels.map((label, index) => `${label}: ${f.number(rates[index + 1]?.at(-1) ?? 0)}`).join(", "),
          )}
          testId="chart-rate"
        />
      </Block>
      <Block title={t.connectionRoundTrip}>
        <RoundTripChart roundTrips={roundTrips} />
      </Block>
    </Sheet>
  );
}
