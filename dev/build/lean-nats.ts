import type { Plugin } from "vite";

/** The first line of nats.ws's Ed25519 code, and the first line after it. */
const NACL_START = "(function(nacl) {\n";
const NACL_END = "let helper;\nfunction setEd25519Helper(lib) {\n";

/** Replaces the Ed25519 code: signing throws an error that says why. */
const NACL_STAND_IN = `const unavailable = () => { throw new Error("nkeys are left out of this build: see dev/build/lean-nats.ts"); };
const denoHelper = { randomBytes: unavailable, verify: unavailable, fromSeed: unavailable, sign: unavailable };
`;

/** The first line of nats.ws's SHA-256 code with its Node shim, and the first line after it. */
const SHA_START = "function t(t, e) {\n    return e.forEach(function(e) {\n";
const SHA_END = "function parseSha256(s) {\n";

/** Replaces the SHA-256 code, which only object stores use. */
const SHA_STAND_IN = `const J = { create() { throw new Error("SHA-256 is left out of this build: see dev/build/lean-nats.ts"); } };
`;

/** The lines of nats.ws in which a connection creates JetStream and services, in file order. */
const EXTRAS = [
  "        const adm = new JetStreamManagerImpl(this, opts);\n",
  "        return new JetStreamClientImpl(this, opts);\n",
  "            this._services = new ServicesFactory(this);\n",
] as const;

const EXTRA_STAND_IN = `throw new Error("JetStream and services are left out of this build: see dev/build/lean-nats.ts");\n`;

/** Removes Ed25519 from nats.ws's source. @throws Error when the code isn't as in 1.30.3 */
export function cutNkeys(source: string): string {
  return cutBetween(source, NACL_START, NACL_END, "const denoHelper = {", NACL_STAND_IN);
}

/** Removes SHA-256 from nats.ws's source. @throws Error when the code isn't as in 1.30.3 */
export function cutSha256(source: string): string {
  return cutBetween(source, SHA_START, SHA_END, "J = x.exports.sha256;", SHA_STAND_IN);
}

/** @param expected text that must occur between the two lines, as proof that they are the right ones */
function cutBetween(source: string, from: string, to: string, expected: string, standIn: string): string {
  const start = source.indexOf(from);
  const end = source.indexOf(to, start);
  if (start === -1 || end === -1 || !source.slice(start, end).includes(expected)) {
    throw new Error("nats.ws has changed: find its nacl and SHA-256 code and adapt this plugin, or drop it");
  }
  return source.slice(0, start) + standIn + source.slice(end);
}

/**
 * Removes a connection's only references to JetStream, key-value and object stores, and services, so that
 * the bundler drops all of them. @throws Error when the code isn't as in 1.30.3
 */
export function cutExtras(source: string): string {
  return EXTRAS.reduce((rest, line) => {
    if (rest.split(line).length !== 2) {
      throw new Error("nats.ws has changed: find where it makes JetStream clients, or drop this plugin");
    }
    return rest.replace(line, EXTRA_STAND_IN);
  }, source);
}

/** An enum as TypeScript compiles it; captures its name and body. */
const ENUM = /^var (\w+);\n\(function\(\1\) \{\n([\s\S]*?)^\}\)\(\1 \|\| \(\1 = \{\}\)\);$/gm;

/** Rewrites enums so that the bundler drops unused ones, most of them JetStream's. @throws Error when there are none */
export function loosenEnums(source: string): string {
  const loose = source.replace(ENUM, "var $1 = /* @__PURE__ */ (function($1) {\n$2return $1;\n})({});");
  if (loose === source) throw new Error("nats.ws has changed: find how its enums are compiled now");
  return loose;
}

/**
 * Removes the parts of nats.ws that the page never calls and that no bundler can drop, because every connection
 * references them or because they have side effects when loaded: Ed25519 (the page signs with WebCrypto,
 * site/credentials/user-key.ts), the SHA-256 of object stores, everything above core NATS (the page reads streams
 * with plain requests), and its enums.
 */
export function leanNats(): Plugin {
  return {
    name: "mycelium:lean-nats",
    transform: {
      filter: { id: /nats\.ws[\\/]esm[\\/]nats\.js$/ },
      handler: (source) => ({ code: loosenEnums(cutExtras(cutSha256(cutNkeys(source)))), map: null }),
    },
  };
}
