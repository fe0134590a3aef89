import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { encodeUser } from "@nats-io/jwt";
import { credsAuthenticator, jwtAuthenticator, type NatsConnection, wsconnect } from "@nats-io/nats-core";
import { createUser, fromPublic, fromSeed, type KeyPair } from "@nats-io/nkeys";
import type { Credentials } from "../../../client/index.ts";
import { SetupError } from "../../../dev/setup/error.ts";
import { run } from "../../../dev/setup/run.ts";
import { patient } from "../clients/publisher.ts";
import type { CommandResult } from "../tools/command.ts";
import { findNatsServer } from "../tools/nats-server.ts";
import { Broker } from "./broker.ts";
import { freePorts } from "./nats-server.ts";

/** A viewer with a token as the worker signs it. */
export interface Viewer {
  readonly nats: NatsConnection;
  readonly key: string;
  /** Errors from the server, oldest first. */
  readonly errors: readonly string[];
}

/** A deployment by `npm run setup` with a running nats-server, in a folder of its own. */
export class Deployment {
  readonly folder: string;
  readonly webSocketUrl: string;
  readonly tcpUrl: string;
  readonly #server: Broker;
  readonly #open: NatsConnection[] = [];

  private constructor(folder: string, server: Broker) {
    this.folder = folder;
    this.webSocketUrl = server.webSocketUrl;
    this.tcpUrl = server.tcpUrl;
    this.#server = server;
  }

  static async start(feeds: readonly unknown[]): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), "mycelium-deployment-"));
    const ports = await freePorts();
    const natsUrl = `ws://127.0.0.1:${ports.webSocket}`;
    const flags = ["--nats-url", natsUrl, "--tcp-port", String(ports.tcp), "--folder", folder];
    const { ok, output } = await setUp(flags, feeds);
    const cleanUp = () => rm(folder, { recursive: true, force: true });
    if (!ok) {
      await cleanUp();
      throw new Error(output);
    }
    const { path, version } = await findNatsServer();
    const args = ["-c", join(folder, "nats/nats-server.conf")];
    return new Deployment(folder, await Broker.start({ version, ports, command: path, args, cleanUp }));
  }

  /** Restarts nats-server in order. */
  async restart(): Promise<void> {
    await this.closeConnections();
    await this.#server.restart();
  }

  /** Runs `npm run setup -- …` on this deployment. */
  setUp(args: readonly string[], feeds?: readonly unknown[]): Promise<CommandResult> {
    return setUp([...args, "--folder", this.folder], feeds);
  }

  /** The worker's settings. */
  async settings(): Promise<Record<string, string>> {
    return parseEnv(await readFile(join(this.folder, ".dev.vars"), "utf8")) as Record<string, string>;
  }

  async signingKey(): Promise<KeyPair> {
    return fromSeed(await readFile(join(this.folder, "nats/keys/signing.nk")));
  }

  /** Connects as a page does, with a token signed by `signing`; by default the current key. */
  async viewer(signing?: KeyPair): Promise<Viewer> {
    const { user, key, jwt } = await this.#token(signing);
    const nats = patient(
      await wsconnect({
        servers: this.webSocketUrl,
        authenticator: jwtAuthenticator(jwt, user.getSeed()),
        inboxPrefix: `_INBOX.${key}`,
        reconnect: false,
      }),
    );
    this.#open.push(nats);
    const errors: string[] = [];
    void (async () => {
      for await (const status of nats.status()) {
        if (status.type === "error") errors.push(status.error.message);
      }
    })();
    return { nats, key, errors };
  }

  /** Credentials as a page gives them to its client: a new user's token. */
  async credentials(): Promise<Credentials> {
    const { user, key, jwt } = await this.#token();
    return { type: "jwt", jwt, sign: async (nonce) => user.sign(nonce), inboxPrefix: `_INBOX.${key}` };
  }

  /** A new user, and a token like the worker's, signed with `signing`. */
  async #token(signing?: KeyPair) {
    const user = createUser();
    const account = fromPublic((await this.settings()).NATS_ACCOUNT ?? "");
    const signer = signing ?? (await this.signingKey());
    const jwt = await encodeUser("viewer", user, account, {}, { signer, scopedUser: true });
    return { user, key: user.getPublicKey(), jwt };
  }

  publisher(): Promise<NatsConnection> {
    return this.#connectAs("publisher");
  }

  administrator(): Promise<NatsConnection> {
    return this.#connectAs("system");
  }

  async #connectAs(name: string): Promise<NatsConnection> {
    const creds = await readFile(join(this.folder, `nats/keys/${name}.creds`));
    const nats = patient(
      await wsconnect({
        servers: this.webSocketUrl,
        authenticator: credsAuthenticator(creds),
        reconnect: false,
      }),
    );
    this.#open.push(nats);
    return nats;
  }

  async closeConnections(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((nats) => nats.close()));
  }

  async stop(): Promise<void> {
    await this.closeConnections();
    await this.#server.stop();
  }
}

/** Runs `npm run setup` in this process, with optional FEEDS and other settings. */
export async function setUp(
  args: readonly string[],
  feeds?: readonly unknown[],
  settings: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const env = { ...settings, ...(feeds === undefined ? {} : { FEEDS: JSON.stringify(feeds) }) };
  let output = "";
  const say = (text: string): void => {
    output += text;
  };
  try {
    return { ok: await run(args, { env, ask: async () => "", say }), output };
  } catch (error) {
    if (error instanceof SetupError) return { ok: false, output: output + error.message };
    throw error;
  }
}
