/** Setup of tests that only compute: whoever waits for an answer in time goes first. */
import { constants, setPriority } from "node:os";

setPriority(constants.priority.PRIORITY_LOW);
