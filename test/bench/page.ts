/** The page in a real Chromium under a flood from a real nats-server, compared with a plain page. */
import { measureScripts } from "../../dev/build/script-sizes.ts";
import { startBrowser } from "../support/page/browser.ts";
import { heapAfterCollection } from "../support/page/heap.ts";
import { freePort } from "../support/tools/ports.ts";
import { compared, type Figure, single } from "./figure.ts";
import { boards } from "./page/boards.ts";
import { type Contestant, ourPage, plainPage } from "./page/contestant.ts";
import { checkUndisturbed, measure, type PageResult } from "./page/measure.ts";

const PLAIN = "one state update per message, preact on nats.ws 1.30.3";
const STEADY = { perSecond: 10_000, seconds: 60 };
/** Half as long, because the plain page falls behind and takes the same time again to catch up. */
const PLAIN_STEADY = { perSecond: 10_000, seconds: 30 };
const FLOOD = { perSecond: 50_000, seconds: 20 };

/** The group's figures. */
export async function* run(): AsyncIterable<Figure> {
  const { shellBytes, firstLoadBytes } = await measureScripts();
  yield single("first-load-js", firstLoadBytes, "bytes gzip");
  yield single("shell-js", shellBytes, "bytes gzip");

  const port = await freePort();
  const browser = await startBrowser({ flags: [`--remote-debugging-port=${port}`], isWhole: true });
  const open: Contestant[] = [];
  try {
    yield* boards(port);
    const [ours, plain] = [await ourPage(port), await plainPage(port)];
    open.push(ours, plain);
    yield* steady(ours, plain);
    const flooded = reported("flood", await measure(ours, FLOOD));
    await checkUndisturbed(ours);
    yield single("page-50k-lost", flooded.lost, "count");
    yield single("page-50k-click-p99", flooded.inputP99Ms, "ms");
    yield single("page-50k-folded", flooded.folded, "count");
  } finally {
    for (const contestant of open) await contestant.close();
    await browser.stop();
  }
}

/** Two minutes of 10,000 messages a second, in turn with the plain page. */
async function* steady(ours: Contestant, plain: Contestant): AsyncIterable<Figure> {
  const [our, their]: [PageResult[], PageResult[]] = [[], []];
  const heaps: number[] = [];
  for (let minute = 1; minute <= 2; minute += 1) {
    our.push(reported(`minute ${minute}`, await measure(ours, STEADY)));
    heaps.push(await heapAfterCollection(ours.tab));
    their.push(reported(`plain ${minute}`, await measure(plain, PLAIN_STEADY)));
  }
  await checkUndisturbed(ours);
  const comparison = (figure: string, unit: string, of: (result: PageResult) => number) =>
    compared(figure, unit, our.map(of), their.map(of), PLAIN);
  yield comparison("page-10k-lost", "count", ({ lost }) => lost);
  yield comparison("page-10k-frame-p99", "ms", ({ frameP99Ms }) => frameP99Ms);
  yield comparison("page-10k-click-p99", "ms", ({ inputP99Ms }) => inputP99Ms);
  yield comparison("page-10k-behind", "ms", ({ behindMs }) => behindMs);
  const [first = 0, second = 0] = heaps;
  yield single("page-10k-heap", Math.round((second / first) * 1000) / 1000, "ratio");
}

function reported(what: string, result: PageResult): PageResult {
  process.stderr.write(`page: ${what}: ${JSON.stringify(result)}\n`);
  return result;
}
