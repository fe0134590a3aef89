import type { NatsConnection } from "nats.ws";
import type { ServerInfo } from "../state.ts";

/**
 * The parts of nats.ws 1.30.3's protocol handler that a link reads along with.
 * nats.ws's own events reduce every `-ERR` to a code and report neither lame
 * duck details nor a dead reader, so the calls themselves are listened to.
 */
interface ProtocolHandler {
  info: NatsInfo;
  parser: { parse(bytes: Uint8Array): void };
  processError(line: Uint8Array): void;
  processInfo(line: Uint8Array): void;
}

/** INFO as the server sent it (NATS client protocol, INFO), as far as it is used. */
export interface NatsInfo {
  readonly server_name?: string;
  readonly server_id: string;
  readonly version: string;
  readonly client_id?: number;
  readonly max_payload: number;
  readonly jetstream?: boolean;
  readonly ldm?: boolean;
  /** Whether it answers CONNECT (nats-server since 2.11), and says of the server again what greeted. */
  readonly connect_info?: boolean;
  /** `host:port` of the cluster's members, as clients of this kind reach them. */
  readonly connect_urls?: readonly string[];
}

/** What the protocol handler is heard to do. */
export interface ProtocolListener {
  /** `-ERR` came; the text is without its quotes. Called before nats.ws acts on it. */
  errorText(text: string): void;
  /** INFO came again, as servers send it before they go or when the cluster changes. */
  info(info: NatsInfo): void;
  /** The reader met bytes that aren't NATS and reads no further. */
  unreadable(reason: string): void;
}

/**
 * Listens to a connection's protocol handler and returns the INFO it got.
 * @throws Error when nats.ws isn't built as expected (another version was installed)
 */
export function listenToProtocol(connection: NatsConnection, listener: ProtocolListener): NatsInfo {
  const { protocol } = connection as unknown as { protocol?: ProtocolHandler };
  if (typeof protocol?.processError !== "function" || typeof protocol.parser?.parse !== "function") {
    throw new Error("this is another nats.ws: install nats.ws 1.30.3");
  }
  const { processError, processInfo } = protocol;
  protocol.processError = (line) => {
    listener.errorText(new TextDecoder().decode(line).replace(/^'|'$/g, ""));
    processError.call(protocol, line);
  };
  protocol.processInfo = (line) => {
    processInfo.call(protocol, line);
    listener.info(protocol.info);
  };
  const { parser } = protocol;
  const parse = parser.parse;
  parser.parse = (bytes) => {
    try {
      parse.call(parser, bytes);
    } catch (reason) {
      listener.unreadable(String(reason));
    }
  };
  return protocol.info;
}

/** INFO in the words that readers know. */
export function describeServer(url: string, info: NatsInfo): ServerInfo {
  return {
    url,
    serverName: info.server_name ?? info.server_id ?? "",
    version: info.version ?? "",
    clientId: info.client_id ?? null,
    maxPayloadBytes: info.max_payload ?? 0,
    jetStream: info.jetstream ?? false,
  };
}

/** The members of its cluster that INFO names, as URLs like the one that was dialled; none that can't be. */
export function membersOf(url: string, info: NatsInfo): string[] {
  const { protocol } = new URL(url);
  return (info.connect_urls ?? []).map((member) => `${protocol}//${member}`).filter(isUrl);
}

/** As `URL.canParse`, which browsers that are otherwise new enough don't have (Chrome before 120, Safari before 17). */
function isUrl(text: string): boolean {
  try {
    return Boolean(new URL(text));
  } catch {
    return false;
  }
}
