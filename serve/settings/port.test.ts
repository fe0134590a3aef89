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

test.each(["127.0.0.1", "::1"])("a port is taken when somebody listens on %s", async (host) => {
  // One that the kernel gave could be given to another the moment it is free.
  const port = await freePort();
  const taker = createServer();
  await new Promise<void>((resolve) => taker.listen(port, host, resolve));
  expect(await listenProblem("PORT", port, LOOPBACKS)).toBe(
    `PORT ${port} is taken: stop what listens there, or give another PORT`,
  );
  await new Promise((resolve) => taker.close(resolve));
  expect(await listenProblem("PORT", port, LOOPBACKS)).toBeNull();
});

test.each([
  ["EACCES", "PORT 80 is not for this user: give one above 1023"],
  ["EADDRNOTAVAIL", null],
])(
  "where listening ends with %s that is what is said of it, not that the port is taken",
  async (code, problem) => {
    const listen = vi.spyOn(Server.prototype, "listen").mockImplementation(function (this: Server) {
      this.emit("error", Object.assign(new Error(code), { code }));
      return this;
    });
    onTestFinished(() => listen.mockRestore());
    expect(await listenProblem("PORT", 80, LOOPBACKS)).toBe(problem);
  },
);

test.each(["6000", "6666", "5061", "10080"])("%s is a port that browsers block", (port) => {
  expect(portProblem("PORT", port)).toMatch(
    new RegExp(`^PORT ${port} is one that no browser connects to: give another`),
  );
});

test("6001 isn't", () => {
  expect(portProblem("PORT", "6001")).toBeNull();
});
