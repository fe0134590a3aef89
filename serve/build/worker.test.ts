import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { wranglerEnv } from "./worker.ts";

test("wrangler's build command runs on this process's Node, even when PATH has another Node first", () => {
  const old = mkdtempSync(join(tmpdir(), "mycelium-old-node-"));
  onTestFinished(() => rmSync(old, { recursive: true }));
  writeFileSync(join(old, "node"), "#!/bin/sh\necho v12.0.0\n");
  chmodSync(join(old, "node"), 0o755);
  vi.stubEnv("PATH", [old, process.env.PATH].join(delimiter));
  onTestFinished(() => void vi.unstubAllEnvs());
  const version = (env: NodeJS.ProcessEnv) =>
    execFileSync("/bin/sh", ["-c", "node --version"], { env, encoding: "utf8" }).trim();
  expect(version(process.env)).toBe("v12.0.0");
  expect(version(wranglerEnv({}))).toBe(process.version);
});
