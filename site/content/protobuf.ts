import {
  createFileRegistry,
  type DescField,
  type FileRegistry,
  fromBinary,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { base64Decode } from "@bufbuild/protobuf/wire";
import {
  type Any,
  AnySchema,
  anyUnpack,
  FeatureSet_FieldPresence,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { readerOf, shortestFloat, valueOfInteger } from "./decoded.ts";
import { setField } from "./exact-json.ts";
import type { ProtobufPayload } from "./payload.ts";
import { detailOf } from "./problem.ts";
import type { PayloadReader } from "./reading.ts";
import { isFields, type Value } from "./value.ts";

/** The name under which fields that the descriptors don't know are shown. */
const UNKNOWN = "(unknown fields)";
/** The well-known wrappers of one value; read as that value, since their canonical JSON makes some of them texts. */
const WRAPPER = /^google\.protobuf\.(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/;

/**
 * Makes a reader for one protobuf message type. Fields have the names of the `.proto` file, 64-bit integers keep their
 * digits, enums become names, and proto3 fields that weren't sent are 0 or empty. If the descriptors can't be read, or
 * lack the type or an imported file, every message is malformed with that reason.
 */
export function protobufReader(payload: ProtobufPayload): PayloadReader {
  try {
    return readerOf("protobuf", decoderOf(payload));
  } catch (error) {
    return readerOf("protobuf", () => {
      throw new Error(`the feed's descriptors can't be used: ${detailOf(error)}`);
    });
  }
}

function decoderOf({ type, descriptors }: ProtobufPayload): (data: Uint8Array) => Value {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, base64Decode(descriptors)));
  const message = registry.getMessage(type);
  if (message === undefined) {
    const own = [...registry].filter(({ kind, typeName }) => kind === "message" && !isWellKnown(typeName));
    throw new Error(`no message ${type}, only ${own.map(({ typeName }) => typeName).join(", ")}`);
  }
  return (data) => valueOfMessage(reflect(message, fromBinary(message, data)), registry);
}

function valueOfMessage(message: ReflectMessage, registry: FileRegistry): Value {
  const known = isWellKnown(message.desc.typeName) ? valueOfWellKnown(message, registry) : undefined;
  if (known !== undefined) return known;
  const fields: { [field: string]: Value } = {};
  for (const field of message.fields) {
    if (isPresent(message, field)) setField(fields, field.name, valueOfField(message, field, registry));
  }
  const unknown = message.getUnknown() ?? [];
  if (unknown.length > 0) {
    fields[UNKNOWN] = unknown.map(({ no, data }) => ({ number: no, data }));
  }
  return fields;
}

function isWellKnown(typeName: string): boolean {
  return typeName.startsWith("google.protobuf.");
}

/** Whether a field has a value; one with implicit presence always has, since 0 isn't sent. */
function isPresent(message: ReflectMessage, field: DescField): boolean {
  return field.presence === FeatureSet_FieldPresence.IMPLICIT || message.isSet(field);
}

/** A well-known type, such as a Timestamp, as its canonical JSON; undefined where it has none. */
function valueOfWellKnown(message: ReflectMessage, registry: FileRegistry): Value | undefined {
  const { desc, fields } = message;
  const [wrapped] = fields;
  if (wrapped !== undefined && WRAPPER.test(desc.typeName)) return valueOfField(message, wrapped, registry);
  try {
    if (desc.typeName === AnySchema.typeName) return valueOfAny(message.message as Any, registry);
    return toJson(desc, message.message, { registry });
  } catch {
    return undefined;
  }
}

/** The content of an Any with its type; undefined where the descriptors lack the type. */
function valueOfAny(any: Any, registry: FileRegistry): Value | undefined {
  const message = anyUnpack(any, registry);
  const desc = message && registry.getMessage(message.$typeName);
  if (desc === undefined) return undefined;
  const value = valueOfMessage(reflect(desc, message), registry);
  const type = { "@type": any.typeUrl };
  return isFields(value) && !isWellKnown(desc.typeName) ? { ...type, ...value } : { ...type, value };
}

function valueOfField(message: ReflectMessage, field: DescField, registry: FileRegistry): Value {
  if (field.fieldKind === "list") {
    return [...message.get(field)].map((item) => valueIn(item, field, registry));
  }
  if (field.fieldKind !== "map") return valueIn(message.get(field), field, registry);
  const fields: { [field: string]: Value } = {};
  for (const [key, item] of message.get(field)) setField(fields, String(key), valueIn(item, field, registry));
  return fields;
}

/** The value of a field, or of one item of its list or map. */
function valueIn(value: unknown, field: DescField, registry: FileRegistry): Value {
  if (field.message !== undefined) return valueOfMessage(value as ReflectMessage, registry);
  if (field.enum !== undefined) return field.enum.value[value as number]?.name ?? (value as number);
  return scalar(value, field.scalar);
}

function scalar(value: unknown, type: ScalarType | undefined): Value {
  if (typeof value === "bigint") return valueOfInteger(value);
  if (type === ScalarType.FLOAT && typeof value === "number") return shortestFloat(value);
  return value as Value;
}
