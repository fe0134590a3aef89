/**
 * Setup of the projects that make keys and tokens. The official library signs in JavaScript, about a hundred times
 * slower than Node's crypto, which was a fifth of these tests' processor time. Ed25519 is deterministic (RFC 8032), so
 * keys, tokens and signatures are the same; test/unit/native-ed25519.test.ts compares them.
 */
import nacl from "tweetnacl";
import { keyPairFromSeed, signDetached, verifyDetached } from "../tools/ed25519.ts";

nacl.sign.keyPair.fromSeed = keyPairFromSeed;
nacl.sign.detached = Object.assign(signDetached, { verify: verifyDetached });
