/** Setup of tests that only compute: tests with deadlines get the processor first. */
import { constants, setPriority } from "node:os";

setPriority(constants.priority.PRIORITY_LOW);
