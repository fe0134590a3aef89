import { expect, onTestFinished, test, vi } from "vitest";
import { FaultError } from "../../client/index.ts";
import { credentialsFor } from "./credentials.ts";
import { Passphrase } from "./passphrase.ts";

test("if the token module can't be loaded, the fault doesn't blame the worker, and the next dial loads it again", async () => {
  vi.doMock("./token-source.ts", () => {
    throw new Error("404");
  });
  onTestFinished(() => void vi.doUnmock("./token-source.ts"));
  const auth = { mode: "jwt", gate: "public", tokenLifetimeMs: 600_000 } as const;
  const credentials = credentialsFor(auth, new Passphrase());
  const { signal } = new AbortController();
  const reason = await credentials?.(signal).catch((error: unknown) => error);
  expect(reason).toBeInstanceOf(FaultError);
  expect((reason as FaultError).fault).toMatchObject({
    kind: "token-source",
    explanation: "not-loaded",
    retryable: true,
  });

  vi.doMock("./token-source.ts", () => ({ tokenSource: () => async () => ({ type: "none" }) }));
  expect(await credentials?.(signal)).toEqual({ type: "none" });
});
