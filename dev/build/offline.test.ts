import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { serviceWorker } from "./offline.ts";

const template = readFileSync(new URL("../../site/offline/service-worker.js", import.meta.url), "utf8");
const versionOf = (source: string) => /"mycelium-(\w+)"/.exec(source)?.[1];

test("caches the page and its files, and nothing that the worker answers", () => {
  const source = serviceWorker(template, ["/assets/a-1.js"], "<html>");
  expect(source).toContain('const FILES = ["/","/assets/a-1.js"];');
  expect(source).not.toContain("__");
  expect(source).not.toContain("/api");
});

test("the version changes with the files' names, and when only the HTML changes", () => {
  const version = versionOf(serviceWorker(template, ["/assets/a-1.js"], "<html>"));
  expect(version).toMatch(/^[0-9a-f]{12}$/);
  expect(versionOf(serviceWorker(template, ["/assets/a-1.js"], "<html>"))).toBe(version);
  expect(versionOf(serviceWorker(template, ["/assets/a-2.js"], "<html>"))).not.toBe(version);
  expect(versionOf(serviceWorker(template, ["/assets/a-1.js"], "<html lang>"))).not.toBe(version);
});
