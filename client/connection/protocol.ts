import type { NatsConnection } from "nats.ws";
import type { ServerInfo } from "../state.ts";

/**
 * The parts of nats.ws 1.30.3's protocol handler that are wrapped here: its public events reduce every `-ERR` to a code,
 * and report neither the INFO of a lame duck nor a failure of the parser.
 */
interface ProtocolHandler {
  info: NatsInfo;
  parser: { parse(bytes: Uint8Array): void };
  processError(line: Uint8Array): void;
  processInfo(line: Uint8Array): void;
}

/** The fields of INFO that are used (NATS client protocol, INFO). */
export interface NatsInfo {
  readonly server_name?: string;
  readonly server_id: string;
  readonly version: string;
  readonly client_id?: number;
  readonly max_payload: number;
  readonly jetstream?: boolean;
  readonly ldm?: boolean;
  /** Whether this INFO answers CONNECT (nats-server 2.11 and newer) and repeats the greeting. */
  readonly connect_info?: boolean;
  /** `host:port` of the cluster's members, for WebSocket clients. */
  readonly connect_urls?: readonly string[];
}

/** Receives what the protocol handler of nats.ws reads. */
export interface ProtocolListener {
  /** `-ERR` came; `text` is without its quotes. Called before nats.ws acts on the error. */
  errorText(text: string): void;
  /** INFO came again: servers send it in lame duck mode, and when the cluster changes. */
  info(info: NatsInfo): void;
  /** The parser found bytes that aren't NATS, and has stopped reading. */
  unreadable(reason: string): void;
}

/**
 * Wraps a connection's protocol handler so that `listener` is called, and returns the latest INFO.
 * @throws Error if the internals of nats.ws aren't as expected: another version is installed
 */
export function listenToProtocol(connection: NatsConnection, listener: ProtocolListener): NatsInfo {
  const { protocol } = connection as unknown as { protocol?: ProtocolHandler };
  if (typeof protocol?.processError !== "function" || typeof protocol.parser?.parse !== "function") {
    throw new Error("nats.ws has unexpected internals: install version 1.30.3");
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

/** The server as the public state shows it. */
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

/** The cluster's members in INFO, as URLs with the protocol that was dialled; invalid ones are left out. */
export function clusterUrls(url: string, info: NatsInfo): string[] {
  const { protocol } = new URL(url);
  return (info.connect_urls ?? []).map((member) => `${protocol}//${member}`).filter(isUrl);
}

/** `URL.canParse`, which supported browsers may lack (Chrome before 120, Safari before 17). */
function isUrl(text: string): boolean {
  try {
    return Boolean(new URL(text));
  } catch {
    return false;
  }
}
