import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cutExtras, cutNkeys, cutSha256, loosenEnums } from "./lean-nats.ts";

const source = readFileSync(new URL("../../node_modules/nats.ws/esm/nats.js", import.meta.url), "utf8");

test("cuts nacl out of nats.ws and leaves everything that calls it", () => {
  const cut = cutNkeys(source);
  expect(cut).not.toContain("crypto_scalarmult");
  expect(cut).toContain("let helper;");
  expect(cut).toContain("setEd25519Helper(denoHelper)");
  expect(source.length - cut.length).toBeGreaterThan(30_000);
});

test("cuts the SHA-256 of object stores out of nats.ws; using it throws an error that says so", () => {
  const cut = cutSha256(source);
  expect(source).toContain("sha224");
  expect(cut).not.toContain("sha224");
  expect(cut.split("J.create()")).toHaveLength(source.split("J.create()").length);
  expect(cut).toContain("SHA-256 is left out of this build");
  expect(source.length - cut.length).toBeGreaterThan(10_000);
});

test("cuts JetStream and services out of nats.ws; using them throws an error that says so", () => {
  const cut = cutExtras(source);
  for (const made of ["JetStreamManagerImpl(this", "JetStreamClientImpl(this", "ServicesFactory(this"]) {
    expect(source).toContain(`new ${made}`);
    expect(cut).not.toContain(`new ${made}`);
  }
  expect(cut.split("are left out of this build")).toHaveLength(4);
});

test("rewrites every enum so that bundlers can drop it, with the same values", () => {
  const loose = loosenEnums(source);
  const written = (text: string) =>
    text.match(/^var (\w+)(;\n| = \/\* @__PURE__ \*\/ )\(function\(\1\)/gm)?.length;
  expect(written(loose)).toBe(written(source));
  expect(loose).not.toContain(" = {}));");
  const kinds = (text: string) => {
    const from = text.indexOf("var Kind");
    return new Function(`${text.slice(from, text.indexOf("var State", from))}; return Kind;`)();
  };
  expect(kinds(loose)).toEqual(kinds(source));
  expect(kinds(loose)).toMatchObject({ OK: 0, 0: "OK" });
});

test("throws when nats.ws has changed", () => {
  expect(() => cutNkeys("export {}")).toThrow("nats.ws has changed");
  expect(() => cutSha256("export {}")).toThrow("nats.ws has changed");
  expect(() => cutExtras("export {}")).toThrow("nats.ws has changed");
  expect(() => loosenEnums("export {}")).toThrow("nats.ws has changed");
});
