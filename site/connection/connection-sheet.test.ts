import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import type { ConnectionState, Stability } from "../../client/index.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formatsFor } from "../i18n/format.ts";
import { serverLines, stabilityLines } from "./connection-sheet.tsx";

const texts = allTexts.value;

const linesOf = (more: Partial<Stability>) => {
  const none = { losses: 0, lossesPerHour: 0, reconnects: 0, meanConnectMs: null, meanDownMs: null };
  const stability: Stability = { uptime: null, score: null, ...none, ...more };
  return stabilityLines(stability, null, texts, formatsFor("en")).map(([, value]) => value);
};

test("a connection that was lost once is rated below 100, in both score and share", () => {
  expect(linesOf({ uptime: 0.99999, score: 99.999 }).slice(0, 2)).toEqual(["99 / 100", "99.99%"]);
  expect(linesOf({ uptime: 1, score: 100 }).slice(0, 2)).toEqual(["100 / 100", "100%"]);
  expect(linesOf({}).slice(0, 2)).toEqual(["not known yet", "not known yet"]);
});

test("the live time is right even if the clock was set back meanwhile", () => {
  const live = { status: "live", sinceMs: 3_600_000, server: {}, credentialsExpireAtMs: null };
  const state = signal(live as unknown as ConnectionState);
  const lines = serverLines(
    { state, liveSpans: [{ fromMs: -5000, toMs: null }] },
    1000,
    texts,
    formatsFor("en"),
  );
  expect(new Map<string, string>(lines).get(texts.connectionLiveFor)).toBe("6\u00a0s");
});
