import { expect, test } from "vitest";
import { combine, readFlags } from "./flags.ts";

/** What the command line comes to, with this configuration file. */
function run(line: string, file?: Parameters<typeof combine>[1]) {
  const read = readFlags(line.split(" ").filter((word) => word !== ""));
  if (!("flags" in read)) throw new Error(`${line} doesn't run`);
  return combine(read.flags, file, (path) => `the text of ${path}`);
}

test("without flags: nats-server's port, no WebSocket, no monitor", () => {
  expect(run("").options).toEqual({ tcpPort: 4222, webSocketPort: "off", monitorPort: "off" });
});

test.each(["-p 4333", "--port 4333", "--port=4333", "-p=4333", "-port 4333"])("%s sets the port", (line) => {
  expect(run(line).options).toMatchObject({ tcpPort: 4333 });
});

test("-1 is any free port", () => {
  expect(run("-p -1 -m -1 --websocket_port -1").options).toMatchObject({
    tcpPort: 0,
    monitorPort: 0,
    webSocketPort: 0,
  });
});

test("flags win over the file, and the file over the defaults", () => {
  const file = { options: { tcpPort: 1, monitorPort: 2, host: "::1" }, process: { pidFile: "a" } };
  const { options, process } = run("-p 5 -a 127.0.0.1 -P b -D", file);
  expect(options).toMatchObject({ tcpPort: 5, monitorPort: 2, host: "127.0.0.1" });
  expect(process).toEqual({ pidFile: "b" });
});

test("credentials", () => {
  expect(run("--auth t").options.auth).toEqual({ type: "token", token: "t" });
  expect(run("--user a --pass b").options.auth).toEqual({ type: "userpass", user: "a", pass: "b" });
});

test("TLS files are read when TLS is on", () => {
  const files = "--tlscert c --tlskey k";
  expect(run(files).options.tls).toBeUndefined();
  expect(run(`--tls ${files}`).options.tls).toEqual({ tcp: { cert: "the text of c", key: "the text of k" } });
});

test("-v, -h and -t ask for something else than to run", () => {
  expect(readFlags(["-v"])).toEqual({ do: "version" });
  expect(readFlags(["--help"])).toEqual({ do: "help" });
  expect(readFlags(["-t", "-c", "f"])).toMatchObject({ do: "check", configFile: "f" });
});

test("a signal goes to a pid, by nats-server's names", () => {
  expect(readFlags(["--signal", "ldm=77"])).toEqual({ do: "signal", order: { signal: "SIGUSR2", pid: 77 } });
  expect(readFlags(["-sl=reload=77"])).toEqual({ do: "signal", order: { signal: "SIGHUP", pid: 77 } });
});

test("a folder for JetStream changes nothing without JetStream", () => {
  expect(run("-sd /tmp/js --store_dir /tmp/js")).toEqual(run(""));
});

test.each([
  ["-js", "-js is not supported; supported: -a, --addr"],
  ["--cluster nats://x:1", "--cluster is not supported"],
  ["stray", "stray is not supported"],
  ["-p", "-p needs a value"],
  ["--signal ldm", "--signal is ldm; give one of ldm, stop, quit, term, reopen, reload"],
  ["--signal hush=1", "--signal is hush=1; give one of"],
  ["--signal constructor=1", "--signal is constructor=1; give one of"],
  ["--signal stop=me", "--signal is stop=me; give one of"],
  ["-p high", "-p is high; give a port from 1 to 65535, or -1 for a free one"],
  ["-t", "-t needs -c and the file to check"],
  ["--tls --tlscert c", "--tls needs --tlscert and --tlskey"],
])("refuses %s by name", (line, message) => {
  expect(() => run(line)).toThrow(message);
});
