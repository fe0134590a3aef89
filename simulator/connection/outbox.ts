/** Largest slab; the first one is small and the size doubles with the traffic. */
const SLAB_BYTES = 64 * 1024;
const FIRST_SLAB_BYTES = 1024;

/** Longer pieces are sent without copying them into the slab. */
const COPY_LIMIT_BYTES = 16 * 1024;

/**
 * A connection's output of the current tick. Small pieces are copied into one slab, so that a
 * tick's messages leave in one write; the slab grows with the traffic.
 */
export class Outbox {
  /** Bytes waiting for `drain`. */
  size = 0;
  #slab: Buffer = Buffer.alloc(0);
  #slabBytes = FIRST_SLAB_BYTES;
  /** Start of the slab's part that is written but not yet drained; `#end` is its end. */
  #start = 0;
  #end = 0;
  #full: Buffer[] = [];

  /** Adds `bytes[start, end)`. */
  append(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    this.size += length;
    if (length > COPY_LIMIT_BYTES) {
      this.#seal();
      this.#full.push(bytes.subarray(start, end));
      return;
    }
    if (this.#end + length > this.#slab.length) this.#grow(length);
    const slab = this.#slab;
    if (length < 32) {
      // For the few bytes of a message's head, this loop is faster than a native copy.
      let to = this.#end;
      for (let at = start; at < end; at++) slab[to++] = bytes[at] as number;
    } else {
      bytes.copy(slab, this.#end, start, end);
    }
    this.#end += length;
  }

  /** Adds a latin1-kept text. */
  appendText(text: string): void {
    const length = text.length;
    this.size += length;
    if (this.#end + length > this.#slab.length) this.#grow(length);
    this.#slab.write(text, this.#end, "latin1");
    this.#end += length;
  }

  /** Removes and returns all pieces, in order. */
  drain(): Buffer[] {
    this.#seal();
    const pieces = this.#full;
    this.#full = [];
    this.size = 0;
    return pieces;
  }

  #seal(): void {
    if (this.#end === this.#start) return;
    this.#full.push(this.#slab.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  #grow(needed: number): void {
    this.#seal();
    this.#slabBytes = Math.min(SLAB_BYTES, this.#slabBytes * 2);
    this.#slab = Buffer.allocUnsafeSlow(Math.max(this.#slabBytes, needed));
    this.#start = 0;
    this.#end = 0;
  }
}
