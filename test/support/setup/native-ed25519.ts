/**
 * Setup of the projects that make keys and tokens: the official library signs in JavaScript, some hundred times slower
 * than Node's own crypto does, and that was a fifth of all processor time that these tests took. The keys, tokens and
 * signatures are the same ones (RFC 8032 leaves no choice); test/unit/native-ed25519.test.ts holds them side by side.
 */
import nacl from "tweetnacl";
import { keyPairFromSeed, signDetached, verifyDetached } from "../tools/ed25519.ts";

nacl.sign.keyPair.fromSeed = keyPairFromSeed;
nacl.sign.detached = Object.assign(signDetached, { verify: verifyDetached });
