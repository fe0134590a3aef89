import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cutNkeys } from "./without-nkeys.ts";

const source = readFileSync(new URL("../../node_modules/nats.ws/esm/nats.js", import.meta.url), "utf8");

test("cuts nacl out of nats.ws and leaves everything that calls it", () => {
  const cut = cutNkeys(source);
  expect(cut).not.toContain("crypto_scalarmult");
  expect(cut).toContain("let helper;");
  expect(cut).toContain("setEd25519Helper(denoHelper)");
  expect(source.length - cut.length).toBeGreaterThan(30_000);
});

test("says so when nats.ws isn't what it was", () => {
  expect(() => cutNkeys("export {}")).toThrow("nats.ws has changed");
});
