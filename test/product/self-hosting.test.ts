/** The instructions of README.md and docs/self-hosting.md for serving without Cloudflare. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { settingsText } from "../../dev/setup/files.ts";
import { SERVE_SETTINGS } from "../../serve/settings.ts";
import { PLAIN_SETTINGS, SECRET_SETTINGS } from "../../worker/config.ts";
import { startApp } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { ROOT } from "../support/tools/cache.ts";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { freePort } from "../support/tools/ports.ts";

const READY_LIMIT_MS = 60_000;
const text = (file: string): Promise<string> => readFile(join(ROOT, file), "utf8");

let broker: Broker;
let data: string;
beforeAll(async () => {
  broker = await startNatsServer();
  data = await mkdtemp(join(tmpdir(), "mycelium-self-"));
});
afterAll(async () => {
  await broker?.stop();
  await rm(data, { recursive: true, force: true });
});

test("README's command serves the page", async () => {
  const [, section = ""] = (await text("README.md")).split("## Serve it yourself");
  const [, command = ""] = /```sh\n(.+)\n```/.exec(section) ?? [];
  expect(command).toMatch(/^NATS_URL=\S+ npm run serve$/);
  const port = String(await freePort());
  const served = new ManagedProcess("sh", ["-c", command.replace(/=\S+/, `=${broker.webSocketUrl}`)], {
    cwd: ROOT,
    env: { ...process.env, PORT: port, DATA: data },
    leadsGroup: true,
  });
  try {
    await served.printed(/^ready http:\/\/127\.0\.0\.1:\d+$/m, READY_LIMIT_MS);
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toContain('<div id="app">');
  } finally {
    await served.stop();
  }
});

test("its command uses the files of npm run setup", async () => {
  const [command = ""] =
    /node --env-file=\S+ build\/serve\.js$/m.exec(await text("docs/self-hosting.md")) ?? [];
  expect(command).not.toBe("");
  const FEEDS = '[{"subject":"orders.>","title":"Ana\'s orders"}]';
  const file = join(data, "settings");
  await writeFile(file, settingsText({ NATS_URL: broker.webSocketUrl, FEEDS }));
  const port = String(await freePort());
  const served = new ManagedProcess("sh", ["-c", command.replace(".dev.vars", file)], {
    cwd: ROOT,
    env: { ...process.env, PORT: port, DATA: data },
    leadsGroup: true,
  });
  try {
    await served.printed(/^ready /m, READY_LIMIT_MS);
    expect(await (await fetch(`http://127.0.0.1:${port}/api/config`)).json()).toMatchObject({
      servers: [broker.webSocketUrl],
      feeds: [{ title: { en: "Ana's orders" } }],
    });
  } finally {
    await served.stop();
  }
});

test("behind a proxy, only pages of PUBLIC_URL get tokens, and each visitor has a rate limit of their own", async () => {
  const app = await startApp({
    NATS_URL: broker.webSocketUrl,
    PUBLIC_URL: "https://mycelium.example.com",
    AUTH_MODE: "token",
    NATS_TOKEN: "a token of the tests",
    AUTH_GATE: "passphrase",
    PASSPHRASE: "correct horse battery staple",
  });
  const ask = async (origin: string, visitor: string): Promise<number> => {
    const response = await fetch(`${app.url}/api/token`, {
      method: "POST",
      headers: {
        Origin: origin,
        "Content-Type": "application/json",
        Authorization: "Bearer correct horse battery staple",
        "X-Forwarded-For": `6.6.6.6, ${visitor}`,
      },
      body: JSON.stringify({ nkey: "U" }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  try {
    expect(await ask(app.url, "192.0.2.1")).toBe(403);
    const statuses: number[] = [];
    // More than wrangler.toml's limit per address, in each of the two minutes that the requests may span.
    for (let i = 0; i <= 2 * 120 && statuses.at(-1) !== 429; i += 1) {
      statuses.push(await ask("https://mycelium.example.com", "192.0.2.2"));
    }
    expect(statuses[0]).not.toBe(403);
    expect(statuses.at(-1)).toBe(429);
    expect(await ask("https://mycelium.example.com", "192.0.2.3")).not.toBe(429);
  } finally {
    await app.stop();
  }
});

describe("the manifests", () => {
  const known: readonly string[] = [
    ...SERVE_SETTINGS,
    ...PLAIN_SETTINGS,
    ...SECRET_SETTINGS,
    ...SECRET_SETTINGS.map((name) => `${name}_FILE`),
  ];
  type Container = {
    env: { name: string }[];
    ports: { containerPort: number }[];
    volumeMounts: { mountPath: string }[];
    securityContext: object;
  };

  test("compose.yaml uses existing settings and the image's port, with a read-only root", async () => {
    const { services } = parse(await text("compose.yaml")) as {
      services: Record<
        string,
        {
          environment?: object;
          network_mode?: string;
          ports?: string[];
          read_only?: boolean;
          volumes?: string[];
        }
      >;
    };
    expect(Object.keys(services.mycelium?.environment ?? {}).filter((name) => !known.includes(name))).toEqual(
      [],
    );
    expect(services.mycelium).toMatchObject({ read_only: true, volumes: ["history:/data"] });
    // The ports belong to the page's container, so that the page is reachable when the other is stopped.
    expect(services.mycelium?.ports).toContain("127.0.0.1:8787:8787");
    expect(services.nats?.network_mode).toBe("service:mycelium");
  });

  test("Kubernetes gets a Deployment that doesn't run as root and writes only to DATA", async () => {
    const documents = parseAllDocuments(await text("deploy/kubernetes.yaml")).map((one) => one.toJS());
    expect(documents.map(({ kind }) => kind)).toEqual([
      "Secret",
      "PersistentVolumeClaim",
      "Deployment",
      "Service",
    ]);
    const { spec } = documents[2].spec.template as {
      spec: { securityContext: object; containers: [Container] };
    };
    const [container] = spec.containers;
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true });
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toContain("/data");
    expect(container.env.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
    const dockerfile = await text("Dockerfile");
    expect(dockerfile).toContain(`EXPOSE ${container.ports[0]?.containerPort}`);
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  });
});
