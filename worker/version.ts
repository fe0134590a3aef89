/** The product's version; `test/unit/version.test.ts` checks all places that state it. */
export const VERSION = "0.1.0";
