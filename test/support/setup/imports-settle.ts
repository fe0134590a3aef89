/** Setup of the unit tests: dynamic imports finish before the process runs the next file, which shares its modules. */
import { afterAll, vi } from "vitest";

afterAll(() => vi.dynamicImportSettled());
