import type { Plugin } from "vite";

/** The first line of nats.ws's own Ed25519, and the first line after it. */
const START = "(function(nacl) {\n";
const END = "let helper;\nfunction setEd25519Helper(lib) {\n";

/** Stands in for it: who signs after all is told why that fails. */
const STAND_IN = `const unavailable = () => { throw new Error("nkeys are left out of this build: see dev/build/without-nkeys.ts"); };
const denoHelper = { randomBytes: unavailable, verify: unavailable, fromSeed: unavailable, sign: unavailable };
`;

/** Cuts Ed25519 out of nats.ws's source. @throws Error if it isn't where it was in 1.30.3 */
export function cutNkeys(source: string): string {
  const start = source.indexOf(START);
  const end = source.indexOf(END);
  if (start === -1 || end < start || !source.slice(start, end).includes("const denoHelper = {")) {
    throw new Error("nats.ws has changed: look where its nacl is now, or drop this plugin");
  }
  return source.slice(0, start) + STAND_IN + source.slice(end);
}

/**
 * Leaves nats.ws's Ed25519 out of the page: 7 kB of its 54 (gzip), which no
 * bundler can drop by itself and which only nkey and creds authentication
 * need. The page's keys sign with WebCrypto (credentials/user-key.ts) and never
 * pass through nats.ws.
 */
export function withoutNkeys(): Plugin {
  return {
    name: "mycelium:without-nkeys",
    transform: {
      filter: { id: /nats\.ws[\\/]esm[\\/]nats\.js$/ },
      handler: (source) => ({ code: cutNkeys(source), map: null }),
    },
  };
}
