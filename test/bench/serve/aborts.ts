import { Random } from "../../chaos/random.ts";
import { abortStorm, ROUTES } from "../../support/faults/abort-storm.ts";
import { startDemo } from "../../support/servers/app.ts";
import { descendants, memoryOf, workerdAmong } from "../../support/tools/processes.ts";
import { type Figure, single } from "../figure.ts";

const REQUESTS = 100_000;

/**
 * Aborts requests at random moments among normal ones; afterwards every route must answer.
 * @throws Error if a route doesn't, or the product had to replace its workerd
 */
export async function aborts(): Promise<readonly Figure[]> {
  const app = await startDemo();
  try {
    const workerd = workerdAmong(descendants(app.pid));
    let survived = 0;
    let atHalfBytes = 0;
    await abortStorm({
      port: Number(new URL(app.url).port),
      requests: REQUESTS,
      atOnce: 64,
      random: new Random(1).next,
      onProgress: async (finished) => {
        survived = finished;
        if (finished === REQUESTS / 2) atHalfBytes = memoryOf([workerd]);
      },
    });
    for (const route of ROUTES) {
      const { status } = await fetch(app.url + route);
      if (status >= 500) throw new Error(`${route} answers ${status} after the aborted requests`);
    }
    const trouble = app.trouble();
    if (trouble !== null) throw new Error(trouble);
    const bytes = memoryOf([workerd]);
    return [
      single("serve-aborts", survived, "count survived"),
      single("serve-aborts-rss", bytes, "bytes"),
      single("serve-aborts-growth", Math.round((bytes / atHalfBytes) * 1000) / 1000, "ratio"),
    ];
  } finally {
    await app.stop();
  }
}
