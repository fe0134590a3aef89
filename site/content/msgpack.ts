import { Decoder, decodeTimestampToTimeSpec, EXT_TIMESTAMP, type ExtensionCodecType } from "@msgpack/msgpack";
import { nameOf, readerOf, shortestFloat, valueOfDecoded } from "./decoded.ts";
import { type PayloadReader, readAuto } from "./reading.ts";
import { isFields, isList, type Value } from "./value.ts";

/** An extension that isn't a timestamp is its type and its bytes. */
const extensionCodec: ExtensionCodecType<undefined> = {
  tryToEncode: () => null,
  decode: (data, extension) => (extension === EXT_TIMESTAMP ? momentText(data) : { extension, data }),
};

const decoder = decoderOf(nameOf);
const strictDecoder = decoderOf(textOnly);

/** Reads MessagePack. */
export const readMsgpack: PayloadReader = readerOf("msgpack", (data) => valueOfDecoded(decoder.decode(data)));

/**
 * Reads what says nothing of itself, as `readAuto` does, and MessagePack where bytes can hardly be anything else: all of them
 * are one map or list, with words in it.
 */
export const readAutoOrMore: PayloadReader = (data) => {
  const reading = readAuto(data);
  // What was too large to be read has none.
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
  // Only in its inside is a float known as one; what comes out is a double.
  const inside = made as unknown as { readF32(): number };
  const read = inside.readF32.bind(made);
  inside.readF32 = () => shortestFloat(read());
  return made;
}

/**
 * A timestamp in ISO 8601, with as many digits of its second as it has, in threes; null where no Date reaches, which
 * alone would keep its milliseconds only.
 */
function momentText(data: Uint8Array): string | null {
  const { sec, nsec } = decodeTimestampToTimeSpec(data);
  const at = new Date(sec * 1000 + Math.floor(nsec / 1e6));
  if (Number.isNaN(at.getTime())) return null;
  const digits = String(nsec % 1e6).padStart(6, "0");
  return at.toISOString().replace("Z", `${digits.replace(/(?:000){1,2}$/, "")}Z`);
}

/** Any few bytes are a map of numbers to numbers; what programs write has names in it. */
function textOnly(key: unknown): string {
  if (typeof key !== "string") throw new TypeError("a key is no text");
  return key;
}

function hasWords(value: Value): boolean {
  const isNamed = (one: Value) => isFields(one) && Object.keys(one).length > 0;
  return isNamed(value) || (isList(value) && value.some((one) => typeof one === "string" || isNamed(one)));
}
