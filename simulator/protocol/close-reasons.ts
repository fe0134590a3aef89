/** A close reason: nats-server's text and the WebSocket close code. */
export interface CloseReason {
  /** The close frame's reason and `/connz?state=closed`'s `reason`, as nats-server 2.15 writes it. */
  readonly text: string;
  /** RFC 6455 section 7.4. */
  readonly webSocketCode: number;
}

/** All reasons for which the server or its peer closes a connection. */
export const CLOSE_REASONS = {
  clientClosed: { text: "Client Closed", webSocketCode: 1000 },
  serverShutdown: { text: "Server Shutdown", webSocketCode: 1001 },
  staleConnection: { text: "Stale Connection", webSocketCode: 1001 },
  protocolViolation: { text: "Protocol Violation", webSocketCode: 1002 },
  parseError: { text: "Parse Error", webSocketCode: 1002 },
  badClientProtocolVersion: { text: "Bad Client Protocol Version", webSocketCode: 1002 },
  readError: { text: "Read Error", webSocketCode: 1006 },
  authenticationTimeout: { text: "Authentication Timeout", webSocketCode: 1008 },
  authenticationViolation: { text: "Authentication Failure", webSocketCode: 1008 },
  authenticationExpired: { text: "Authentication Expired", webSocketCode: 1008 },
  revocation: { text: "Credentials Revoked", webSocketCode: 1008 },
  slowConsumer: { text: "Slow Consumer (Pending Bytes)", webSocketCode: 1008 },
  slowConsumerWriteDeadline: { text: "Slow Consumer (Write Deadline)", webSocketCode: 1008 },
  maxConnectionsExceeded: { text: "Maximum Connections Exceeded", webSocketCode: 1008 },
  maxSubscriptionsExceeded: { text: "Maximum Subscriptions Exceeded", webSocketCode: 1008 },
  maxControlLineExceeded: { text: "Maximum Control Line Exceeded", webSocketCode: 1008 },
  maxPayloadExceeded: { text: "Maximum Message Payload Exceeded", webSocketCode: 1009 },
  noRespondersRequiresHeaders: { text: "No Responders Requires Headers", webSocketCode: 1011 },
  tlsHandshakeError: { text: "TLS Handshake Failure", webSocketCode: 1015 },
} as const satisfies Record<string, CloseReason>;

/** The name of a close reason. */
export type CloseReasonName = keyof typeof CLOSE_REASONS;
