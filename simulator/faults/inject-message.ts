import { Outbox } from "../connection/outbox.ts";
import type { Totals } from "../events.ts";
import type { DueFault } from "./rules.ts";

/**
 * Writes a message to its subscriber, or drops it, writes it twice, or keeps it for after the next one.
 * @param heldBack what waits for this one; takes what shall wait for the next
 */
export function injectOnMessage(
  due: DueFault | undefined,
  totals: Totals,
  outbox: Outbox,
  heldBack: Buffer[],
  write: (outbox: Outbox) => void,
): void {
  const overdue = heldBack.splice(0);
  switch (due?.action.do) {
    case "drop":
      totals.droppedMessages++;
      break;
    case "duplicate":
      totals.duplicatedMessages++;
      write(outbox);
      write(outbox);
      break;
    case "reorder": {
      totals.reorderedMessages++;
      const apart = new Outbox();
      write(apart);
      heldBack.push(...apart.drain());
      break;
    }
    default:
      write(outbox);
  }
  for (const piece of overdue) outbox.append(piece, 0, piece.length);
}
