/** What the worker says of its credentials in `GET /api/config`. */
export interface AuthConfig {
  readonly mode: string;
  /** What the worker wants before it gives any: `public`, `passphrase` or `access`; null where none are needed. */
  readonly gate: string | null;
  /** How long a token lives, milliseconds; null for credentials that don't expire. */
  readonly tokenLifetimeMs: number | null;
}
