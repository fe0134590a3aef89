const SPACE = 0x20;
const TAB = 0x09;
const CR = 0x0d;
const LF = 0x0a;

/** Commands have at most four arguments; a fifth is kept only to detect that there are too many. */
const MAX_ARGUMENTS = 5;

/**
 * The arguments of one control line as pairs of offsets. One instance is reused for every line,
 * because this is the server's hottest loop.
 */
export class Arguments {
  /** Number of arguments, capped at `MAX_ARGUMENTS`. */
  count = 0;
  /** Start and end of each argument in turn. */
  readonly offsets = new Int32Array(2 * MAX_ARGUMENTS);

  /** Splits from `start`; returns the offset of the line's LF, or -1 when the line is incomplete. */
  split(bytes: Buffer, start: number): number {
    const length = bytes.length;
    const offsets = this.offsets;
    let count = 0;
    let tokenStart = -1;
    for (let at = start; at < length; at++) {
      const byte = bytes[at] as number;
      if (byte > SPACE || (byte !== SPACE && byte !== TAB && byte !== CR && byte !== LF)) {
        if (tokenStart < 0) tokenStart = at;
        continue;
      }
      if (tokenStart >= 0) {
        if (count < MAX_ARGUMENTS) {
          offsets[2 * count] = tokenStart;
          offsets[2 * count + 1] = at;
          count++;
        }
        tokenStart = -1;
      }
      if (byte === LF) {
        this.count = count;
        return at;
      }
    }
    return -1;
  }

  start(index: number): number {
    return this.offsets[2 * index] as number;
  }

  end(index: number): number {
    return this.offsets[2 * index + 1] as number;
  }

  /** One argument, latin1-kept. */
  text(bytes: Buffer, index: number): string {
    return bytes.toString("latin1", this.start(index), this.end(index));
  }

  /** One argument as a size of at most nine decimal digits; -1 for anything else, as in nats-server. */
  number(bytes: Buffer, index: number): number {
    const end = this.end(index);
    let value = 0;
    if (end - this.start(index) > 9) return -1;
    for (let at = this.start(index); at < end; at++) {
      const digit = (bytes[at] as number) - 0x30;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }
}
