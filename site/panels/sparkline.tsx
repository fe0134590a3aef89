import { texts } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import type { RateMeter } from "./rate.ts";
import { sparkPoints } from "./spark-points.ts";

const WIDTH = 120;
const HEIGHT = 24;
const SECONDS = 60;

/** The rate of the last minute, drawn small. */
export function Sparkline({ rate }: { rate: RateMeter }) {
  const points = sparkPoints(rate.history(nowSecondMs.value, SECONDS), WIDTH, HEIGHT);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={texts.value.rateOfLastMinute}
    >
      <polyline points={points} />
    </svg>
  );
}
