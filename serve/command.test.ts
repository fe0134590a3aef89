import { spawnSync } from "node:child_process";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Running } from "./command.ts";

describe("Running", () => {
  test("stops its parts once, in reverse order", async () => {
    const running = new Running();
    const stopped: string[] = [];
    await running.add(async () => void stopped.push("first"));
    await running.add(async () => void stopped.push("second"));
    await Promise.all([running.stopAll(), running.stopAll()]);
    expect(stopped).toEqual(["second", "first"]);
  });

  test("reports a part that fails to stop, and stops the others", async () => {
    const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    onTestFinished(() => written.mockRestore());
    const running = new Running();
    let isStopped = false;
    await running.add(async () => {
      isStopped = true;
    });
    await running.add(() => Promise.reject(new Error("kill EPERM")));
    await running.stopAll();
    expect(isStopped).toBe(true);
    expect(written.mock.calls).toEqual([["can't stop a part: kill EPERM\n"]]);
  });

  test("stops a part that is added after stopAll at once", async () => {
    const running = new Running();
    await running.stopAll();
    let isStopped = false;
    await running.add(async () => {
      isStopped = true;
    });
    expect(isStopped).toBe(true);
  });
});

test.each(["serve/main.ts", "dev/start.ts"])("%s refuses arguments, and doesn't show them", (file) => {
  const args = [`${import.meta.dirname}/../${file}`, "NATS_PASSWORD=hush"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: "",
    stderr: "arguments are not supported: set variables before the command, such as PORT=8080\n",
  });
});
