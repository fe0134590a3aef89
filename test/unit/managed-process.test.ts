import { join } from "node:path";
import { expect, test } from "vitest";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { untilGone } from "../support/tools/processes.ts";

const MODULE = join(import.meta.dirname, "../support/tools/managed-process.ts");
const STARTED_MS = 30_000;

test("a group that has ended can be stopped while another process still has its output open", async () => {
  // In a session of its own, so that signals to the group don't reach it.
  const holder = `setsid sh -c 'echo "holder $$."; exec sleep 600' &`;
  const group = new ManagedProcess("sh", ["-c", holder], { leadsGroup: true });
  const [, pid] = await group.printed(/holder (\d+)\./, STARTED_MS);
  await untilGone([group.pid]);
  const stopped = group.stop();
  process.kill(Number(pid), "SIGKILL");
  expect(await stopped).toEqual({ code: 0, signal: null });
});

test.each([
  ["exits", "process.exit(1)"],
  ["is ended by Vitest", 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'],
])("no child process outlives a test process that %s", async (_, end) => {
  const source = `
    const { ManagedProcess } = await import(${JSON.stringify(MODULE)});
    console.log("child " + new ManagedProcess("sleep", ["600"]).pid + ".");
    process.stdout.write("", () => { ${end} });
  `;
  const testProcess = new ManagedProcess(process.execPath, ["--input-type=module", "--eval", source]);
  try {
    const [, child] = await testProcess.printed(/child (\d+)\./, STARTED_MS);
    const { code, signal } = await testProcess.exited;
    expect([code, signal]).toEqual(end.startsWith("process.exit") ? [1, null] : [null, "SIGTERM"]);
    await untilGone([Number(child)]);
  } finally {
    await testProcess.stop("SIGKILL");
  }
});
