import { encodeUser } from "@nats-io/jwt";
import {
  type Authenticator,
  jwtAuthenticator,
  type NatsConnection,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/nats-core";
import { createUser, fromPublic, fromSeed } from "@nats-io/nkeys";
import { type Config, viewerPermissions } from "../../../worker/config.ts";
import type { CommandOf } from "../command.ts";
import { connectTo } from "../server.ts";

/** Lifetime of the check's token. */
const TOKEN_LIFETIME_MS = 120_000;

/** Round trips after which a permission error has arrived and has been reported. */
const ROUND_TRIPS = 3;

/** What to do when a server refuses a viewer's credentials. */
export function connectFix(mode: Config["auth"]["mode"], commandOf: CommandOf): string {
  return {
    none: "it requires credentials: set AUTH_MODE and the settings that go with it",
    userpass: "NATS_USER and NATS_PASSWORD must be those of one of its users",
    token: "NATS_TOKEN must be the server's token",
    jwt: `it must know the account NATS_ACCOUNT, and NATS_SIGNING_KEY must be one of that account's signing keys: if npm run setup made them, ${commandOf("push")} ensures both`,
  }[mode];
}

/** A connection with a viewer's credentials that tests what it may do. */
export class Viewer {
  readonly nats: NatsConnection;
  /** The viewer's inbox prefix, without `.>`. */
  readonly inbox: string;
  readonly #errors: string[] = [];

  private constructor(nats: NatsConnection, inbox: string) {
    this.nats = nats;
    this.inbox = inbox;
    void (async () => {
      for await (const status of nats.status()) {
        if (status.type === "error") this.#errors.push(status.error.message);
      }
    })();
  }

  /** Connects as a page does. @throws SetupError with the server's reason */
  static async connect(server: string, config: Config): Promise<Viewer> {
    const { authenticator, inbox } = await credentialsOf(config);
    return new Viewer(
      await connectTo([server], {
        inboxPrefix: inbox,
        ...(authenticator === null ? {} : { authenticator }),
      }),
      inbox,
    );
  }

  /** Whether the server allows publishing to `subject`. */
  mayPublish(subject: string, body = ""): Promise<boolean> {
    return this.#isAllowed(() => this.nats.publish(subject, body));
  }

  /** Whether the server allows subscribing to `subject`. */
  maySubscribe(subject: string): Promise<boolean> {
    return this.#isAllowed(() => {
      this.nats.subscribe(subject, { max: 1, callback: () => {} });
    });
  }

  async #isAllowed(attempt: () => void): Promise<boolean> {
    const before = this.#errors.length;
    attempt();
    for (let i = 0; i < ROUND_TRIPS && this.#errors.length === before; i += 1) await this.nats.flush();
    return this.#errors.length === before;
  }
}

async function credentialsOf({
  auth,
  feeds,
  explore,
}: Config): Promise<{ authenticator: Authenticator | null; inbox: string }> {
  const user = createUser();
  const key = user.getPublicKey();
  const inbox = `_INBOX.${key}`;
  switch (auth.mode) {
    case "none":
      return { authenticator: null, inbox };
    case "userpass":
      return { authenticator: usernamePasswordAuthenticator(auth.user, auth.password), inbox };
    case "token":
      return { authenticator: tokenAuthenticator(auth.token), inbox };
    case "jwt": {
      const signer = fromSeed(new TextEncoder().encode(auth.signingSeed));
      const claims = auth.isScoped ? {} : structuredClone(viewerPermissions(feeds, key, explore));
      const jwt = await encodeUser("mycelium-check", user, fromPublic(auth.account), claims as object, {
        signer,
        scopedUser: auth.isScoped,
        exp: Math.floor((Date.now() + TOKEN_LIFETIME_MS) / 1000),
      });
      return { authenticator: jwtAuthenticator(jwt, user.getSeed()), inbox };
    }
  }
}
