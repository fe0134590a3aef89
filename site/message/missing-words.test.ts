import { expect, test } from "vitest";
import type { ConnectionState } from "../../client/index.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { missingWords } from "./missing-words.ts";

const words = (asked: Parameters<typeof missingWords>[0], status: string, more = {}) =>
  missingWords(asked, { status, ...more } as ConnectionState, allTexts.value);

test("says that a message is being fetched only while the connection is live", () => {
  expect(words("asking", "live")).toBe("Fetching the message from the stream…");
  for (const status of ["idle", "stopping", "stopped"]) {
    expect(words("asking", status)).toBe("Live data is off. Turn it on to see events as they happen.");
  }
  expect(words("asking", "connecting", { failedAttempts: 0 })).toBe(
    "Connecting to NATS. Events appear here once the connection is live.",
  );
  const lost = [
    ["connecting", 1],
    ["reconnecting", 0],
    ["failed", 0],
  ] as const;
  for (const [status, failedAttempts] of lost)
    expect(words("asking", status, { failedAttempts })).toMatch(/^Not connected\. /);
});

test("a result of fetching is shown whatever becomes of the connection", () => {
  for (const status of ["live", "idle"]) {
    expect(words("gone", status)).toBe("The stream no longer has this message.");
    expect(words("no stream", status)).toMatch(/^This panel has no stream to fetch /);
    expect(words(new Error("no responders"), status)).toMatch(/: no responders$/);
  }
});
