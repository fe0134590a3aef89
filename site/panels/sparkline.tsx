import "./sparkline.css";
import { texts } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { linePoints } from "../ui/line-points.ts";
import type { RateMeter } from "./rate.ts";

const WIDTH = 120;
const HEIGHT = 24;

/** A small chart of the rate over the last minute. */
export function Sparkline({ rate }: { rate: RateMeter }) {
  const rates = rate.history(nowSecondMs.value);
  // `most` is at least 1, so that a silent feed is a flat line at the bottom.
  const [points] = linePoints(rates, WIDTH, HEIGHT, { least: 0, most: Math.max(1, ...rates) });
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
