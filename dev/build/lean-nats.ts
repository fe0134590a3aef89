import type { Plugin } from "vite";

/** The first line of nats.ws's own Ed25519, and the first line after it. */
const NACL_START = "(function(nacl) {\n";
const NACL_END = "let helper;\nfunction setEd25519Helper(lib) {\n";

/** Stands in for it: who signs after all is told why that fails. */
const NACL_STAND_IN = `const unavailable = () => { throw new Error("nkeys are left out of this build: see dev/build/lean-nats.ts"); };
const denoHelper = { randomBytes: unavailable, verify: unavailable, fromSeed: unavailable, sign: unavailable };
`;

/** The first line of nats.ws's own SHA-256, a Node shim for it included, and the first line after it. */
const SHA_START = "function t(t, e) {\n    return e.forEach(function(e) {\n";
const SHA_END = "function parseSha256(s) {\n";

/** Stands in for it: only object stores have digests made. */
const SHA_STAND_IN = `const J = { create() { throw new Error("SHA-256 is left out of this build: see dev/build/lean-nats.ts"); } };
`;

/** Where a connection makes what is built on top of it: whole lines of nats.ws, in the order of the file. */
const EXTRAS = [
  "        const adm = new JetStreamManagerImpl(this, opts);\n",
  "        return new JetStreamClientImpl(this, opts);\n",
  "            this._services = new ServicesFactory(this);\n",
] as const;

const EXTRA_STAND_IN = `throw new Error("JetStream and services are left out of this build: see dev/build/lean-nats.ts");\n`;

/** Cuts Ed25519 out of nats.ws's source. @throws Error if it isn't where it was in 1.30.3 */
export function cutNkeys(source: string): string {
  return cutBetween(source, NACL_START, NACL_END, "const denoHelper = {", NACL_STAND_IN);
}

/** Cuts SHA-256 out of nats.ws's source. @throws Error if it isn't where it was in 1.30.3 */
export function cutSha256(source: string): string {
  return cutBetween(source, SHA_START, SHA_END, "J = x.exports.sha256;", SHA_STAND_IN);
}

/** @param holds what must stand between the two lines, else they aren't those that are meant */
function cutBetween(source: string, from: string, to: string, holds: string, standIn: string): string {
  const start = source.indexOf(from);
  const end = source.indexOf(to, start);
  if (start === -1 || end === -1 || !source.slice(start, end).includes(holds)) {
    throw new Error("nats.ws has changed: find its nacl and SHA-256 code and adapt this plugin, or drop it");
  }
  return source.slice(0, start) + standIn + source.slice(end);
}

/**
 * Cuts the only ways from a connection to JetStream, key-value and object stores, and services, so that
 * the bundler drops all of them. @throws Error if they aren't where they were in 1.30.3
 */
export function cutExtras(source: string): string {
  return EXTRAS.reduce((rest, line) => {
    if (rest.split(line).length !== 2) {
      throw new Error(
        "nats.ws has changed: find where it makes JetStream clients and adapt this plugin, or drop it",
      );
    }
    return rest.replace(line, EXTRA_STAND_IN);
  }, source);
}

/** An enum as TypeScript compiles it: its name, and what fills it. */
const ENUM = /^var (\w+);\n\(function\(\1\) \{\n([\s\S]*?)^\}\)\(\1 \|\| \(\1 = \{\}\)\);$/gm;

/** Writes enums so that the bundler drops those that nothing reads: most are JetStream's. @throws Error if there are none */
export function loosenEnums(source: string): string {
  const loose = source.replace(ENUM, "var $1 = /* @__PURE__ */ (function($1) {\n$2return $1;\n})({});");
  if (loose === source)
    throw new Error("nats.ws has changed: find how its enums are compiled and adapt this plugin");
  return loose;
}

/**
 * Leaves out of the page what it never calls of nats.ws and what no bundler can drop by itself, because
 * every connection can reach it, or because it does something when it is loaded: its Ed25519 (the page's keys
 * sign with WebCrypto, site/credentials/user-key.ts), the SHA-256 of object stores, all that is built on top of core NATS (the page
 * reads streams with plain requests), and the enums of that.
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
