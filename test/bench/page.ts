/** The page in a real Chromium under a flood from a real nats-server, beside the plain way of showing it. */
import { measureScripts } from "../../dev/build/script-sizes.ts";
import { startBrowser } from "../support/browser.ts";
import { compared, type Figure, single } from "./figure.ts";
import { ourPage, plainPage } from "./page/contestant.ts";
import { heapAfterCollection } from "./page/heap.ts";
import { checkUndisturbed, type Fared, measure } from "./page/measure.ts";

const PLAIN = "one state update per message, preact on nats.ws 1.30.3";
const STEADY = { perSecond: 10_000, seconds: 60 };
const PLAIN_STEADY = { perSecond: 10_000, seconds: 30 };
const FLOOD = { perSecond: 50_000, seconds: 20 };

/** The group's figures. */
export async function* run(): AsyncIterable<Figure> {
  const { shellBytes, firstLoadBytes } = await measureScripts();
  yield single("first-load-js", firstLoadBytes, "bytes gzip");
  yield single("shell-js", shellBytes, "bytes gzip");

  const browser = await startBrowser();
  try {
    const [ours, plain] = [await ourPage(browser), await plainPage(browser)];
    const [our, their]: [Fared[], Fared[]] = [[], []];
    const heaps: number[] = [];
    for (let minute = 1; minute <= 2; minute += 1) {
      our.push(told(`minute ${minute}`, await measure(ours, STEADY)));
      heaps.push(await heapAfterCollection(ours.page));
      their.push(told(`plain ${minute}`, await measure(plain, PLAIN_STEADY)));
    }
    await checkUndisturbed(ours);
    const side = (figure: string, unit: string, of: (fared: Fared) => number) =>
      compared(figure, unit, our.map(of), their.map(of), PLAIN);
    yield side("page-10k-lost", "count", ({ lost }) => lost);
    yield side("page-10k-frame-p99", "ms", ({ frameP99Ms }) => frameP99Ms);
    yield side("page-10k-click-p99", "ms", ({ inputP99Ms }) => inputP99Ms);
    const [first = 0, second = 0] = heaps;
    yield single("page-10k-heap", Math.round((second / first) * 1000) / 1000, "ratio");
    await plain.close();

    const flooded = told("flood", await measure(ours, FLOOD));
    await checkUndisturbed(ours);
    yield single("page-50k-lost", flooded.lost, "count");
    yield single("page-50k-click-p99", flooded.inputP99Ms, "ms");
    await ours.close();
  } finally {
    await browser.stop();
  }
}

function told(what: string, fared: Fared): Fared {
  process.stderr.write(`page: ${what}: ${JSON.stringify(fared)}\n`);
  return fared;
}
