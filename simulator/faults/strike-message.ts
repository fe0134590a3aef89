import { Outbox } from "../outbox.ts";
import type { Session } from "../session.ts";

/** Writes a message to its subscriber, or drops it, writes it twice, or keeps it for after the next one. */
export function strikeMessage(session: Session, subject: string, write: (outbox: Outbox) => void): void {
  const { hub, wire, heldBack } = session;
  const { totals } = hub.ledger;
  const overdue = heldBack.splice(0);
  const occasion = {
    listener: session.transport.listener,
    ordinal: session.ordinal,
    clientId: session.id,
    subject,
  };
  switch (hub.rulebook.strike("message", occasion)?.action.do) {
    case "drop":
      totals.droppedMessages++;
      break;
    case "duplicate":
      totals.duplicatedMessages++;
      write(wire.outbox);
      write(wire.outbox);
      break;
    case "reorder": {
      totals.reorderedMessages++;
      const apart = new Outbox();
      write(apart);
      heldBack.push(...apart.drain());
      break;
    }
    default:
      write(wire.outbox);
  }
  for (const piece of overdue) wire.outbox.append(piece, 0, piece.length);
}
