/** The texts of nats-server 2.15's `-ERR '…'`, to the letter: clients tell errors apart by them. */
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

/** A publication that the client's permissions forbid. */
export function publishViolation(subject: string): string {
  return `Permissions Violation for Publish to "${subject}"`;
}

/** A subscription that the client had, and that its permissions, changed by a reload, forbid now. */
export function withdrawnViolation(subject: string, sid: string): string {
  return `Permissions Violation for Subscription to "${subject}" (sid "${sid}")`;
}

/** A subscription that the client's permissions forbid. */
export function subscribeViolation(subject: string, queue: string | undefined): string {
  const group = queue === undefined ? "" : ` using queue "${queue}"`;
  return `Permissions Violation for Subscription to "${subject}"${group}`;
}
