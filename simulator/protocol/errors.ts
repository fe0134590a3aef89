/** The exact texts of nats-server 2.15's `-ERR '…'`, by which clients distinguish errors. */
export const ERRORS = {
  unknownOperation: "Unknown Protocol Operation",
  maxControlLine: "maximum control line exceeded",
  maxPayload: "Maximum Payload Violation",
  maxConnections: "maximum connections exceeded",
  maxSubscriptions: "maximum subscriptions exceeded",
  invalidSubject: "Invalid Subject",
  invalidPublishSubject: "Invalid Publish Subject",
  invalidClientProtocol: "invalid client protocol",
  noRespondersRequiresHeaders: "no responders requires headers support",
  authorization: "Authorization Violation",
  authenticationTimeout: "Authentication Timeout",
  authenticationExpired: "User Authentication Expired",
  accountExpired: "Account Authentication Expired",
  authenticationRevoked: "User Authentication Revoked",
  stale: "Stale Connection",
} as const;

/** Error for a publication that the client's permissions forbid. */
export function publishViolation(subject: string): string {
  return `Permissions Violation for Publish to "${subject}"`;
}

/** Error for an existing subscription that permissions changed by a reload forbid. */
export function withdrawnViolation(subject: string, sid: string): string {
  return `Permissions Violation for Subscription to "${subject}" (sid "${sid}")`;
}

/** Error for a subscription that the client's permissions forbid. */
export function subscribeViolation(subject: string, queue: string | undefined): string {
  const group = queue === undefined ? "" : ` using queue "${queue}"`;
  return `Permissions Violation for Subscription to "${subject}"${group}`;
}
