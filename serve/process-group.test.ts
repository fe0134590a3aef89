import { expect, test } from "vitest";
import { ProcessGroup } from "./process-group.ts";
import { SettingsError } from "./settings/gather.ts";

test("reports settings that are too long in total, although each alone is short enough", () => {
  const value = "x".repeat(120_000);
  const env = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`SETTING_${index}`, value]));
  const start = () =>
    new ProcessGroup({ command: process.execPath, args: ["--version"], env, onOutput() {} });
  expect(start).toThrow(SettingsError);
  expect(start).toThrow(/^the settings are too long in total \(E2BIG\): shorten the longest$/);
});
