/** Setup of the unit tests: what a test has begun to load is there before its process takes the next file, which shares its modules. */
import { afterAll, vi } from "vitest";

afterAll(() => vi.dynamicImportSettled());
