import { Decoder, decodeTimestampToTimeSpec, EXT_TIMESTAMP, type ExtensionCodecType } from "@msgpack/msgpack";
import { nameOf, readerOf, shortestFloat, valueOfDecoded } from "./decoded.ts";
import { type PayloadReader, readAuto } from "./reading.ts";
import { isFields, isList, type Value } from "./value.ts";

/** Extensions other than timestamps are shown as their type and bytes. */
const extensionCodec: ExtensionCodecType<undefined> = {
  tryToEncode: () => null,
  decode: (data, extension) => (extension === EXT_TIMESTAMP ? momentText(data) : { extension, data }),
};

const decoder = decoderOf(nameOf);
const strictDecoder = decoderOf(textOnly);

/** Reads MessagePack. */
export const readMsgpack: PayloadReader = readerOf("msgpack", (data) => valueOfDecoded(decoder.decode(data)));

/**
 * Reads like `readAuto`, but as MessagePack where the bytes can hardly be anything else: one map or list, nothing after
 * it, with named fields or texts inside.
 */
export const readAutoOrMsgpack: PayloadReader = (data) => {
  const reading = readAuto(data);
  // A payload that was too large to read has no value.
  const { value: bytes } = reading;
  if (!(bytes instanceof Uint8Array)) return reading;
  try {
    const value = valueOfDecoded(strictDecoder.decode(bytes));
    return hasWords(value) ? { ...reading, kind: "msgpack", value } : reading;
  } catch {
    return reading;
  }
};

function decoderOf(mapKeyConverter: (key: unknown) => string): Decoder {
  const made = new Decoder({ useBigInt64: true, mapKeyConverter, extensionCodec });
  // Only this private method knows that a number is a 32-bit float; the decoder returns doubles.
  const inside = made as unknown as { readF32(): number };
  const read = inside.readF32.bind(made);
  inside.readF32 = () => shortestFloat(read());
  return made;
}

/**
 * A timestamp in ISO 8601, with milliseconds, microseconds or nanoseconds as needed (a Date keeps only milliseconds);
 * null beyond the range of a Date.
 */
function momentText(data: Uint8Array): string | null {
  const { sec, nsec } = decodeTimestampToTimeSpec(data);
  const at = new Date(sec * 1000 + Math.floor(nsec / 1e6));
  if (Number.isNaN(at.getTime())) return null;
  const digits = String(nsec % 1e6).padStart(6, "0");
  return at.toISOString().replace("Z", `${digits.replace(/(?:000){1,2}$/, "")}Z`);
}

/** Refuses keys that aren't text: random bytes often parse as a map of numbers, while programs use names. */
function textOnly(key: unknown): string {
  if (typeof key !== "string") throw new TypeError("a map has a key that isn't text");
  return key;
}

function hasWords(value: Value): boolean {
  const isNamed = (one: Value) => isFields(one) && Object.keys(one).length > 0;
  return isNamed(value) || (isList(value) && value.some((one) => typeof one === "string" || isNamed(one)));
}
