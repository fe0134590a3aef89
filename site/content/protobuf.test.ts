import { create, createFileRegistry, toBinary } from "@bufbuild/protobuf";
import {
  AnySchema,
  anyPack,
  FileDescriptorSetSchema,
  FloatValueSchema,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { base64Of } from "./base64.ts";
import { loadReader } from "./load-reader.ts";
import type { Payload } from "./payload.ts";
import { hex } from "./testing.ts";
import { ExactNumber } from "./value.ts";

const file = {
  name: "shop.proto",
  package: "shop.v1",
  syntax: "proto3",
  dependency: ["google/protobuf/timestamp.proto", "google/protobuf/wrappers.proto"],
  enumType: [
    {
      name: "Status",
      value: [
        { name: "UNKNOWN", number: 0 },
        { name: "PAID", number: 1 },
      ],
    },
  ],
  messageType: [
    {
      name: "Item",
      field: [{ name: "sku", number: 1, type: 9, label: 1 }],
    },
    {
      name: "Order",
      field: [
        { name: "order_id", number: 1, type: 4, label: 1 },
        { name: "status", number: 2, type: 14, label: 1, typeName: ".shop.v1.Status" },
        { name: "items", number: 3, type: 11, label: 3, typeName: ".shop.v1.Item" },
        { name: "placed", number: 4, type: 11, label: 1, typeName: ".google.protobuf.Timestamp" },
        { name: "weight", number: 5, type: 2, label: 1 },
        { name: "photo", number: 6, type: 12, label: 1 },
        { name: "discount", number: 7, type: 11, label: 1, typeName: ".google.protobuf.FloatValue" },
        { name: "stock", number: 8, type: 11, label: 3, typeName: ".google.protobuf.Int64Value" },
        { name: "seal", number: 9, type: 11, label: 1, typeName: ".google.protobuf.BytesValue" },
      ],
    },
  ],
} as const;
const timestamp = TimestampSchema.file.proto;
const wrappers = FloatValueSchema.file.proto;
const set = create(FileDescriptorSetSchema, { file: [timestamp, wrappers, file as never] });
const descriptors = base64Of(toBinary(FileDescriptorSetSchema, set));
const payload: Payload = { format: "protobuf", type: "shop.v1.Order", descriptors };
const read = await loadReader(payload);

test("reads a message by its descriptors: names, 64-bit integers, nested messages, times, floats, bytes", () => {
  expect(createFileRegistry(set).getMessage("shop.v1.Order")).toBeDefined();
  const wire = hex(
    "08f9ffffffffffffff7f1001" + "1a030a0141" + "220408d00f10" + "01" + "2dcdcccc3d" + "3202ffd8",
  );
  expect(read(wire)).toMatchObject({
    kind: "protobuf",
    problem: null,
    value: {
      order_id: new ExactNumber("9223372036854775801"),
      status: "PAID",
      items: [{ sku: "A" }],
      placed: "1970-01-01T00:33:20.000000001Z",
      weight: 0.1,
      photo: Uint8Array.of(0xff, 0xd8),
    },
  });
});

test("fields that weren't sent are 0 or empty, but absent messages stay absent", () => {
  expect(read(new Uint8Array(0)).value).toEqual({
    order_id: 0,
    status: "UNKNOWN",
    items: [],
    weight: 0,
    photo: new Uint8Array(0),
    stock: [],
  });
});

test("a wrapped value is read as that value: a float, a 64-bit integer, bytes", () => {
  expect(read(hex("3a050dcdcccc3d" + "42020805" + "4200" + "4a040a02ffd8")).value).toMatchObject({
    discount: 0.1,
    stock: [5, 0],
    seal: Uint8Array.of(0xff, 0xd8),
  });
});

test("the content of an Any is read like any message; without descriptors of its type, its bytes are shown", async () => {
  const field = { name: "event", number: 1, type: 11, label: 1, typeName: ".google.protobuf.Any" };
  const holder = {
    ...{ name: "any.proto", package: "shop.v1", syntax: "proto3", dependency: [AnySchema.file.proto.name] },
    messageType: [{ name: "Holder", field: [field] }],
  };
  const files = { file: [timestamp, wrappers, AnySchema.file.proto, file as never, holder as never] };
  const all = base64Of(toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, files)));
  const readHolder = await loadReader({ format: "protobuf", type: "shop.v1.Holder", descriptors: all });
  const held = (any: { typeUrl: string; value: Uint8Array }) => {
    const packed = toBinary(AnySchema, create(AnySchema, any));
    return readHolder(Uint8Array.of(0x0a, packed.length, ...packed)).value;
  };
  const type = "type.googleapis.com/shop.v1.Order";
  expect(held({ typeUrl: type, value: hex("08f9ffffffffffffff7f" + "2dcdcccc3d" + "3202ffd8") })).toEqual({
    event: {
      "@type": type,
      ...{ order_id: new ExactNumber("9223372036854775801"), status: "UNKNOWN", items: [], stock: [] },
      ...{ weight: 0.1, photo: Uint8Array.of(0xff, 0xd8) },
    },
  });
  const at = anyPack(TimestampSchema, create(TimestampSchema, { seconds: 1n }));
  expect(held(at)).toMatchObject({ event: { value: "1970-01-01T00:00:01Z" } });
  for (const typeUrl of ["x/shop.v1.Gone", "", "x/", type]) {
    const value = hex("ff");
    expect(held({ typeUrl, value })).toEqual({ event: { type_url: typeUrl, value } });
  }
});

test("fields that the descriptors don't know are shown", () => {
  expect(read(hex("10055207")).problem).toMatchObject({ reason: "not-decodable" });
  expect(read(hex("100550075a0141")).value).toMatchObject({
    status: 5,
    "(unknown fields)": [
      { number: 10, data: hex("07") },
      { number: 11, data: hex("0141") },
    ],
  });
});

test("a missing type and invalid descriptors are the reason why a message is malformed", async () => {
  const refusing = async (wrong: object) => {
    const { problem } = (await loadReader({ ...payload, ...wrong }))(hex("1001"));
    return problem?.reason === "not-decodable" ? problem.detail : null;
  };
  expect(await refusing({ type: "shop.v1.Ordr" })).toMatch(
    /no message shop\.v1\.Ordr, only .*shop\.v1\.Order/,
  );
  expect(await refusing({ descriptors: "!!" })).not.toBeNull();
  const alone = create(FileDescriptorSetSchema, { file: [file as never] });
  const lacking = base64Of(toBinary(FileDescriptorSetSchema, alone));
  expect(await refusing({ descriptors: lacking })).toMatch(/timestamp\.proto/);
});
