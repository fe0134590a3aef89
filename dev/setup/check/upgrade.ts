import { WebSocket } from "ws";
import { isMixedContent } from "../../../contract/server.ts";
import { isRawNatsPort } from "../../../serve/settings/raw-nats.ts";
import { type Finding, fail, ok } from "./finding.ts";

/** How long a server may take to answer an upgrade, milliseconds. */
const UPGRADE_LIMIT_MS = 5000;

/** Whether a server takes a browser's upgrade, with the page's origin where it is known. */
export async function checkUpgrade(server: string, origin: string | null): Promise<Finding> {
  const pages = origin === null ? "a WebSocket" : `pages of ${origin}`;
  if (isMixedContent(server, origin ?? "")) {
    return fail(
      `browsers keep ${pages} from ${server}`,
      "give NATS TLS, or a proxy with TLS before it, and name it by wss://",
    );
  }
  const answer = await upgrade(server, origin);
  if (answer === 101) return ok(`${server} takes ${pages}`);
  if (answer === 403 && origin !== null) {
    return fail(`${server} refuses ${pages}`, "name that origin in its websocket block's allowed_origins");
  }
  if (typeof answer === "number") {
    // nats-server's own answer to plain HTTP on a port with TLS.
    const withTls =
      answer === 400 && server.startsWith("ws:") ? "if it has TLS, name it by wss://; else " : "";
    return fail(
      `${server} answers an upgrade with HTTP ${answer}`,
      `${withTls}give the port of nats-server's websocket block; a proxy before it must pass the headers Upgrade and Connection on`,
    );
  }
  const [reason = ""] = answer.message.split("\n");
  if (/wrong version number/.test(reason)) {
    return fail(
      `${server} speaks no TLS`,
      "give its websocket block tls, or put a proxy with TLS before it; on this machine alone ws:// will do",
    );
  }
  if (/CERT|SIGNATURE/.test(answer.code ?? "")) {
    return fail(
      `${server} has a certificate that isn't trusted (${reason})`,
      "give it one for that name, of an authority that browsers and the edge know; for one of your own run this with NODE_EXTRA_CA_CERTS=FILE",
    );
  }
  if (await isRawNatsPort(server)) {
    return fail(
      `${server} is NATS's plain TCP port`,
      "browsers can't use it: give the port of the websocket block",
    );
  }
  return fail(
    `${server} can't be reached (${reason || answer.code})`,
    "start it, and let this machine and the edge through to it",
  );
}

/** The HTTP status, or why there was none. */
function upgrade(server: string, origin: string | null): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const socket = new WebSocket(server, {
      handshakeTimeout: UPGRADE_LIMIT_MS,
      ...(origin === null ? {} : { origin }),
    });
    const end = (answer: number | NodeJS.ErrnoException): void => {
      resolve(answer);
      socket.terminate();
    };
    socket.once("upgrade", () => end(101));
    socket.once("unexpected-response", (request, response) => {
      end(response.statusCode ?? 0);
      request.destroy();
    });
    // Stays: what is cut off afterwards complains once more.
    socket.on("error", end);
  });
}
