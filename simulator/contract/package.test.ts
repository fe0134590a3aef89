/** The simulator as a package: packed, installed in an empty folder, started there, and imported. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../test/support/tools/cache.ts";

const run = promisify(execFile);
const PATH = [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter);
const env = { ...process.env, PATH };
const ROOM = join(ROOT, "simulator");

let folder: string;
let project: string;

async function pack(from: string, ...more: readonly string[]): Promise<string> {
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder, ...more], {
    cwd: from,
    env,
  });
  return `file:${join(folder, stdout.trim().split("\n").at(-1) ?? "")}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simulator-package-"));
  project = join(folder, "project");
  // Packing builds: building in the repository would disturb tests that read it meanwhile.
  await cp(ROOM, join(folder, "simulator"), { recursive: true });
  await cp(join(ROOT, "tsconfig.json"), join(folder, "tsconfig.json"));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const packed = await pack(join(folder, "simulator"));
  // Nothing is fetched: the package's dependencies, and the client in the README's example, are packed from here too.
  const names = [
    "@nats-io/jwt",
    "@nats-io/nkeys",
    "@nats-io/nats-core",
    "@nats-io/nuid",
    "@nats-io/transport-node",
    "tweetnacl",
    "ws",
  ];
  const own = await Promise.all(
    names.map(async (name) => [name, await pack(join(ROOT, "node_modules", name), "--ignore-scripts")]),
  );
  await mkdir(project);
  const dependencies = { "mycelium-simulator": packed, ...Object.fromEntries(own) };
  await writeFile(
    join(project, "package.json"),
    JSON.stringify({ type: "module", private: true, dependencies, overrides: Object.fromEntries(own) }),
  );
  await run("npm", ["install", "--offline", "--omit=optional", "--no-audit", "--no-fund", "--force"], {
    cwd: project,
    env,
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("the package holds the built files, without sources and tests", async () => {
  const files = await readdir(join(project, "node_modules/mycelium-simulator"), { recursive: true });
  expect(files).toEqual(
    expect.arrayContaining(["dist/index.js", "dist/index.d.ts", "dist/main.js", "README.md", "CHANGELOG.md"]),
  );
  expect(files.filter((file) => /contract|\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
});

/** Removes what Node 20, the oldest release that `engines` allows, doesn't have. */
const AS_NODE_20 = `
  import module from "node:module";
  delete module.enableCompileCache;
  delete URL.parse;
  module.syncBuiltinESMExports();
`;

test.each([
  ["this Node", ""],
  ["Node 20", `--import "data:text/javascript,${encodeURIComponent(AS_NODE_20)}"`],
])("on %s its command starts a server that a client can use, and ends at SIGTERM", async (_, options) => {
  const bin = join(project, "node_modules/.bin/mycelium-simulator");
  const child: ChildProcess = spawn(bin, ["-p", "-1", "--ports_file_dir", project], {
    cwd: project,
    env: { ...env, NODE_OPTIONS: options },
  });
  try {
    let log = "";
    await new Promise<void>((resolve, reject) => {
      child.once("exit", () => reject(new Error(`it ended: ${log}`)));
      child.stderr?.on("data", (bytes) => {
        log += bytes;
        if (log.includes("Server is ready")) resolve();
      });
    });
    const ports = JSON.parse(await readFile(join(project, `nats-server_${child.pid}.ports`), "utf8"));
    const client = await connect({ servers: ports.nats[0] });
    const subscription = client.subscribe("greeting", { max: 1 });
    client.publish("greeting", "hello");
    for await (const message of subscription) expect(message.string()).toBe("hello");
    await client.close();
    child.removeAllListeners("exit");
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
});

test("the README's example tests a client against a scripted fault, and its types are right", async () => {
  const readme = await readFile(join(ROOM, "README.md"), "utf8");
  const [, lines = ""] = /```ts\n(import assert[^`]*)```/.exec(readme) ?? [];
  expect(lines.trim().split("\n").length).toBeLessThanOrEqual(10);
  await writeFile(join(project, "lines.mts"), lines);
  await writeFile(join(project, "lines.mjs"), lines);
  await run(process.execPath, ["lines.mjs"], { cwd: project });
  const check = (file: string) =>
    run(
      "tsc",
      [
        ..."--noEmit --ignoreConfig --strict --module nodenext --target es2023 --lib es2023 --types node".split(
          " ",
        ),
        ...["--typeRoots", join(ROOT, "node_modules/@types"), "--skipLibCheck", file],
      ],
      { cwd: project, env },
    );
  expect(await check("lines.mts").catch(({ stdout }) => stdout)).toMatchObject({ stdout: "" });
  await writeFile(join(project, "wrong.mts"), lines.replace('do: "reset"', 'do: "resett"'));
  await expect(check("wrong.mts")).rejects.toMatchObject({ stdout: expect.stringContaining("resett") });
});
