import { createServer, Server } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { freePort } from "../../test/support/tools/ports.ts";
import { LOOPBACKS, listenProblem, parsePort, portProblem } from "./port.ts";

test.each([
  ["1", 1],
  ["65535", 65_535],
  ["0", null],
  ["65536", null],
  ["", null],
  ["80 ", null],
  ["-1", null],
  ["1e3", null],
  ["0x50", null],
])("the port %j is %j", (text, port) => {
  expect(parsePort(text)).toBe(port);
});

test.each(["127.0.0.1", "::1"])("reports a port that is in use on %s", async (host) => {
  // Not a port chosen by the kernel, which could give it to another process as soon as it is free.
  const port = await freePort();
  const taker = createServer();
  await new Promise<void>((resolve) => taker.listen(port, host, resolve));
  expect(await listenProblem("PORT", port, LOOPBACKS)).toBe(
    `PORT ${port} is already in use: stop the program that uses it, or give another PORT`,
  );
  await new Promise((resolve) => taker.close(resolve));
  expect(await listenProblem("PORT", port, LOOPBACKS)).toBeNull();
});

test.each([
  ["EACCES", "PORT 80 needs more privileges than this user has: give one above 1023"],
  ["EADDRNOTAVAIL", null],
])("a listen error %s is not reported as a port in use", async (code, problem) => {
  const listen = vi.spyOn(Server.prototype, "listen").mockImplementation(function (this: Server) {
    this.emit("error", Object.assign(new Error(code), { code }));
    return this;
  });
  onTestFinished(() => listen.mockRestore());
  expect(await listenProblem("PORT", 80, LOOPBACKS)).toBe(problem);
});

test.each(["6000", "6666", "5061", "10080"])("reports port %s, which browsers block", (port) => {
  expect(portProblem("PORT", port)).toMatch(new RegExp(`^PORT ${port} is blocked by browsers: give another`));
});

test("accepts port 6001, which browsers don't block", () => {
  expect(portProblem("PORT", "6001")).toBeNull();
});
