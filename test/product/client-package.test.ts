/** The client as a package: packed, installed into an empty project, and used by Node, Vite and workerd. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { ROOT } from "../support/tools/cache.ts";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { freePort } from "../support/tools/ports.ts";
import { until } from "../support/tools/until.ts";

const run = promisify(execFile);
const PATH = [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter);

/** Goes live, receives its own message and a stored one, stops, and prints the result. */
const LIFE = `
export async function life(MyceliumClient, url) {
  const client = new MyceliumClient({ servers: [url] });
  const heard = new Promise((settle) => client.subscribe("own", ({ data }) => settle(new TextDecoder().decode(data))));
  const stored = new Promise((settle) =>
    client.subscribe("stored.>", ({ sequence, isHistory }) => settle({ sequence, isHistory }), {
      stream: { name: "STORED", history: { last: 1 } },
    }),
  );
  const started = await client.start();
  await new Promise((settle) => {
    const [own] = client.subscriptions;
    if (own.status === "active") settle();
    else own.onStatus(settle);
  });
  client.publish("own", "hello");
  return { started, heard: await heard, stored: await stored, stopped: await client.stop() };
}
`;
const WENT_WELL = {
  started: "live",
  heard: "hello",
  stored: { sequence: 2, isHistory: true },
  stopped: "drained",
};

let broker: Broker;
let folder: string;
let project: string;

/** Packs a package's folder; returns the path of the tarball. */
async function pack(from: string, ...more: readonly string[]): Promise<string> {
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder, ...more], {
    cwd: from,
    env: { ...process.env, PATH },
  });
  return join(folder, stdout.trim().split("\n").at(-1) ?? "");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-package-"));
  project = join(folder, "project");
  // Packing runs a build, which must not happen in the repository while other tests read it.
  await cp(join(ROOT, "client"), join(folder, "client"), { recursive: true });
  await cp(join(ROOT, "tsconfig.json"), join(folder, "tsconfig.json"));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const packed = await pack(join(folder, "client"));
  // Nothing is downloaded: the dependencies are packed from here too.
  const nats = await pack(join(ROOT, "node_modules/nats.ws"), "--ignore-scripts");
  await mkdir(project);
  const dependencies = { "mycelium-client": `file:${packed}`, "nats.ws": `file:${nats}` };
  await writeFile(
    join(project, "package.json"),
    JSON.stringify({ type: "module", private: true, dependencies }),
  );
  await writeFile(join(project, "life.js"), LIFE);
  await run("npm", ["install", "--offline", "--omit=optional", "--no-audit", "--no-fund"], {
    cwd: project,
    env: { ...process.env, PATH },
  });
  broker = await startNatsServer({ jetStream: true });
  const publisher = await connectPublisher(broker.tcpUrl);
  await createStream(publisher, "STORED", ["stored.>"], { allow_direct: true });
  for (const payload of ["1", "2"]) await publisher.request("stored.a", payload);
  await publisher.close();
});

afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a module of the project in Node, and returns its parsed output. */
async function inNode(file: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, [file, broker.webSocketUrl], { cwd: project });
  return JSON.parse(stdout);
}

test("contains the build, and neither sources nor tests", async () => {
  const files = await readdir(join(project, "node_modules/mycelium-client"), { recursive: true });
  expect(files).toEqual(
    expect.arrayContaining(["dist/index.js", "dist/index.d.ts", "README.md", "CHANGELOG.md"]),
  );
  expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
});

test("works in Node with the platform's WebSocket", async () => {
  await writeFile(
    join(project, "in-node.js"),
    `import { MyceliumClient } from "mycelium-client";
     import { life } from "./life.js";
     console.log(JSON.stringify(await life(MyceliumClient, process.argv[2])));`,
  );
  expect(await inNode("in-node.js")).toEqual(WENT_WELL);
});

test("its types are found and reject wrong use", async () => {
  const right = `import { type Gap, MyceliumClient } from "mycelium-client";
    const client = new MyceliumClient({ servers: ["ws://a"] });
    client.subscribe("a", ({ sequence }) => sequence?.toFixed()).onGap((gap: Gap) => gap.missing);`;
  await writeFile(join(project, "right.ts"), right);
  await writeFile(join(project, "wrong.ts"), right.replace('servers: ["ws://a"]', "server: 1"));
  const check = (file: string) =>
    run(
      "tsc",
      [
        "--noEmit",
        "--ignoreConfig",
        "--strict",
        // The option also applies to dependencies, and nats.ws's own types violate it.
        "--exactOptionalPropertyTypes",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
        "--target",
        "es2023",
        "--lib",
        "es2023,dom",
        "--types",
        "",
        file,
      ],
      {
        cwd: project,
        env: { ...process.env, PATH },
      },
    );
  expect(await check("right.ts").catch(({ stdout }) => stdout)).toMatchObject({ stdout: "" });
  await expect(check("wrong.ts")).rejects.toMatchObject({ stdout: expect.stringContaining("server") });
});

test("in a Vite build, streams are a separate chunk and unused parts are dropped", async () => {
  await writeFile(
    join(project, "page.js"),
    `import { MyceliumClient } from "mycelium-client";
     import { life } from "./life.js";
     console.log(JSON.stringify(await life(MyceliumClient, process.argv[2])));`,
  );
  await build({
    root: project,
    configFile: false,
    logLevel: "error",
    build: {
      outDir: "built",
      target: "es2023",
      minify: false,
      modulePreload: false,
      rolldownOptions: { input: join(project, "page.js"), output: { entryFileNames: "page.js" } },
    },
  });
  const page = await readFile(join(project, "built/page.js"), "utf8");
  expect(page).toMatch(/MyceliumClient = class/);
  expect(page).not.toMatch(/SequencedFeed = class/);
  expect(page).not.toContain("colourOf");
  expect(await inNode("built/page.js")).toEqual(WENT_WELL);
});

test("works in workerd when created inside a handler", async () => {
  await writeFile(
    join(project, "worker.js"),
    `import { MyceliumClient } from "mycelium-client";
     import { life } from "./life.js";
     export default {
       async fetch(request) {
         return Response.json(await life(MyceliumClient, new URL(request.url).searchParams.get("nats")));
       },
     };`,
  );
  await build({
    root: project,
    configFile: false,
    logLevel: "error",
    build: {
      outDir: "worker",
      target: "es2023",
      lib: { entry: join(project, "worker.js"), formats: ["es"], fileName: () => "worker.js" },
      rolldownOptions: { output: { codeSplitting: false }, external: [/^node:/] },
    },
  });
  const port = await freePort();
  await writeFile(
    join(project, "worker/config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-08-04",
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`,
  );
  const binary = (createRequire(join(ROOT, "package.json"))("workerd") as { default: string }).default;
  const workerd = new ManagedProcess(binary, ["serve", join(project, "worker/config.capnp")]);
  try {
    const url = `http://127.0.0.1:${port}/?nats=${encodeURIComponent(broker.webSocketUrl)}`;
    const response = await until("workerd answers", () => fetch(url));
    expect([response.status, await response.json()]).toEqual([200, WENT_WELL]);
  } finally {
    await workerd.stop("SIGKILL");
  }
});
