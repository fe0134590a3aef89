import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SettingsError } from "../serve/settings/gather.ts";
import { readDevVars } from "./dev-vars.ts";

test("a missing .dev.vars counts as empty, and an unreadable one is reported in one line", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mycelium-dev-vars-"));
  expect(readDevVars(folder)).toEqual({});
  await mkdir(join(folder, ".dev.vars"));
  expect(() => readDevVars(folder)).toThrow(SettingsError);
  expect(() => readDevVars(folder)).toThrow(/\.dev\.vars can't be read \(EISDIR\): make it a file/);
  await rm(folder, { recursive: true });
});
