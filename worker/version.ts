/** Which release of the product this is; `test/unit/version.test.ts` knows all places that say so. */
export const VERSION = "0.1.0";
