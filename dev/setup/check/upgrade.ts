import { WebSocket } from "ws";
import { isMixedContent } from "../../../contract/server.ts";
import { isRawNatsPort } from "../../../serve/settings/raw-nats.ts";
import { type Finding, fail, ok } from "./finding.ts";

/** Milliseconds to wait for the answer to an upgrade. */
const UPGRADE_LIMIT_MS = 5000;

/** Checks that a server accepts a browser's WebSocket upgrade, with the page's origin if known. */
export async function checkUpgrade(server: string, origin: string | null): Promise<Finding> {
  const pages = origin === null ? "a WebSocket" : `pages of ${origin}`;
  if (isMixedContent(server, origin ?? "")) {
    return fail(
      `browsers don't let ${pages} connect to ${server}`,
      "set up TLS on NATS or on a proxy in front of it, and give its wss:// address",
    );
  }
  const answer = await upgrade(server, origin);
  if (answer === 101) return ok(`${server} accepts ${pages}`);
  if (answer === 403 && origin !== null) {
    return fail(`${server} refuses ${pages}`, "add that origin to allowed_origins in its websocket block");
  }
  if (typeof answer === "number") {
    // nats-server answers 400 to plain HTTP on a TLS port.
    const withTls =
      answer === 400 && server.startsWith("ws:") ? "if it uses TLS, give its wss:// address; otherwise " : "";
    return fail(
      `${server} answers a WebSocket upgrade with HTTP ${answer}`,
      `${withTls}give the port of nats-server's websocket block; a proxy in front of it must forward the headers Upgrade and Connection`,
    );
  }
  const [reason = ""] = answer.message.split("\n");
  if (/wrong version number/.test(reason)) {
    return fail(
      `${server} does not use TLS`,
      "add tls to its websocket block, or put a proxy with TLS in front of it; on this machine ws:// is enough",
    );
  }
  if (/CERT|SIGNATURE/.test(answer.code ?? "")) {
    return fail(
      `${server} has a certificate that isn't trusted (${reason})`,
      "use a certificate for that name from an authority that browsers and the edge trust; for your own authority, run this with NODE_EXTRA_CA_CERTS=FILE",
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
    "start it, and make it reachable from this machine and the edge",
  );
}

/** The HTTP status of the upgrade, or the error when there was none. */
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
    // `on`, not `once`: terminating the socket emits another error.
    socket.on("error", end);
  });
}
