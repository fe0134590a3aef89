import type { NotRecoveredReason } from "../recovered.ts";

/** Thrown where a stream can't be read; says why. */
export class RecoveryFailure extends Error {
  override readonly name = "RecoveryFailure";
  readonly reason: NotRecoveredReason;
  constructor(reason: NotRecoveredReason) {
    super(`not recovered: ${reason}`);
    this.reason = reason;
  }
}
