/** A short storm; `npm run bench -- storm` plays longer ones. */
import { expect, test } from "vitest";
import { drawStorm } from "./faults.ts";
import { runStorm } from "./storm.ts";

const SEED = 7;
const SECONDS = 30;

test("feeds by sequence lose, repeat and reorder nothing; core feeds repeat nothing, and gaps report every loss", async () => {
  const { sequenced, core, lostByServers, handovers, breaks } = await runStorm({
    seed: SEED,
    seconds: SECONDS,
  });
  expect(lostByServers).toEqual([]);
  expect(sequenced).toMatchObject({
    delivered: sequenced.published,
    duplicated: 0,
    disordered: 0,
    unknown: 0,
    misnumbered: 0,
    lostReported: 0,
    lostUnreported: 0,
    overReported: 0,
  });
  expect(core).toMatchObject({ duplicated: 0, unknown: 0, lostUnreported: 0, overReported: 0 });
  // Proof that there was a storm: clients lost links, and handed over to others.
  expect(handovers).toBeGreaterThan(0);
  expect(breaks.length).toBeGreaterThanOrEqual(2);
});

test("a storm has every kind of fault, and the same seed gives the same storm", () => {
  const storm = drawStorm(SEED, 180);
  expect(new Set(storm.map(({ fault }) => fault.do))).toEqual(
    new Set([
      "kill",
      "freeze",
      "lame-duck",
      "cut-clients",
      "freeze-clients",
      "cut-routes",
      "delay-routes",
      "hand-over",
    ]),
  );
  expect(drawStorm(SEED, 180)).toEqual(storm);
  expect(drawStorm(SEED + 1, 180)).not.toEqual(storm);
});
