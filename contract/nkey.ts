/** The prefix byte of each kind of key (nkeys, README "Prefix"). */
const PREFIXES = { account: 0, user: 20 << 3 } as const;

/** Whose key it is. */
export type KeyOwner = keyof typeof PREFIXES;

const SEED_PREFIX = 18 << 3;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const KEY_BYTES = 32;

/** The 32 bytes of a public nkey such as `U…` or `A…`; null if its form, prefix or checksum is wrong. */
export function publicKeyBytes(text: string, owner: KeyOwner): Uint8Array | null {
  const bytes = checkedBytes(text, 1 + KEY_BYTES);
  return bytes !== null && bytes[0] === PREFIXES[owner] ? bytes.subarray(1) : null;
}

/** The 32 bytes of a seed such as `SA…`; null if its form, prefix or checksum is wrong. */
export function seedBytes(text: string, owner: KeyOwner): Uint8Array<ArrayBuffer> | null {
  const bytes = checkedBytes(text, 2 + KEY_BYTES);
  const prefix = PREFIXES[owner];
  const [first, second] = [SEED_PREFIX | (prefix >> 5), (prefix & 31) << 3];
  return bytes !== null && bytes[0] === first && bytes[1] === second ? bytes.slice(2) : null;
}

/** Encodes 32 bytes as a public nkey. */
export function encodePublicKey(key: Uint8Array, owner: KeyOwner): string {
  const body = Uint8Array.from([PREFIXES[owner], ...key]);
  const sum = crc16(body);
  return base32(Uint8Array.from([...body, sum & 0xff, sum >> 8]));
}

/** Decodes `length` bytes followed by their checksum; null if either is wrong. */
function checkedBytes(text: string, length: number): Uint8Array<ArrayBuffer> | null {
  if (text.length !== Math.ceil(((length + 2) * 8) / 5)) return null;
  const bytes = fromBase32(text);
  if (bytes === null) return null;
  const body = bytes.slice(0, length);
  const [low = 0, high = 0] = bytes.subarray(length);
  return crc16(body) === (low | (high << 8)) ? body : null;
}

/** CRC-16/XMODEM, as nkeys use it. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

/** Base32 without padding (RFC 4648, section 6). */
function base32(bytes: Uint8Array): string {
  return inBits(bytes, 8).replace(
    /.{1,5}/g,
    (bits) => ALPHABET[Number.parseInt(bits.padEnd(5, "0"), 2)] ?? "",
  );
}

function fromBase32(text: string): Uint8Array<ArrayBuffer> | null {
  const digits = Array.from(text, (letter) => ALPHABET.indexOf(letter));
  const bits = inBits(digits, 5);
  // Leftover bits must be zero, or one key would have several spellings.
  if (digits.includes(-1) || bits.slice(bits.length - (bits.length % 8)).includes("1")) return null;
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

function inBits(numbers: Iterable<number>, width: number): string {
  return Array.from(numbers, (one) => one.toString(2).padStart(width, "0")).join("");
}
