import fc from "fast-check";
import nacl from "tweetnacl";
import { expect, test } from "vitest";
import { keyPairFromSeed, signDetached, verifyDetached } from "../support/tools/ed25519.ts";

const SEED = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("Node's crypto makes the same keys and signatures as the official library", () => {
  fc.assert(
    fc.property(SEED, fc.uint8Array({ maxLength: 300 }), (seed, message) => {
      const ours = keyPairFromSeed(seed);
      const theirs = nacl.sign.keyPair.fromSeed(seed);
      expect(ours).toEqual(theirs);
      expect(signDetached(message, ours.secretKey)).toEqual(nacl.sign.detached(message, theirs.secretKey));
    }),
    { numRuns: 25, seed: 1 },
  );
});

test("rejects a signature of another message or by another key", () => {
  fc.assert(
    fc.property(SEED, SEED, fc.uint8Array({ minLength: 1, maxLength: 300 }), (seed, other, message) => {
      fc.pre(Buffer.compare(seed, other) !== 0);
      const { publicKey, secretKey } = keyPairFromSeed(seed);
      const signature = signDetached(message, secretKey);
      expect(verifyDetached(message, signature, publicKey)).toBe(true);
      expect(verifyDetached(message.subarray(1), signature, publicKey)).toBe(false);
      expect(verifyDetached(message, signature, keyPairFromSeed(other).publicKey)).toBe(false);
    }),
    { numRuns: 25, seed: 1 },
  );
});
