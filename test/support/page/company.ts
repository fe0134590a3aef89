/** A fictional company and its messages, unlike the demo's. */

import { create, createFileRegistry, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { encode } from "@msgpack/msgpack";
import type { NatsConnection } from "@nats-io/transport-node";

/** Number of devices. */
export const DEVICES = 200;

/** A time that the messages contain in seconds, milliseconds and microseconds. */
const AT_S = 1_790_000_000;

/** Protobuf descriptors of `shop.v1.Parcel`, as protoc would write them. */
const DESCRIPTORS = create(FileDescriptorSetSchema, {
  file: [
    {
      name: "parcel.proto",
      package: "shop.v1",
      syntax: "proto3",
      messageType: [
        {
          name: "Parcel",
          field: [
            { name: "tracking", number: 1, type: 4, label: 1 },
            { name: "city", number: 2, type: 9, label: 1 },
            { name: "kg", number: 3, type: 1, label: 1 },
          ],
        },
      ],
    },
  ] as never,
});
const PARCEL = createFileRegistry(DESCRIPTORS).getMessage("shop.v1.Parcel");

/** The company's `FEEDS`. */
export const COMPANY_FEEDS: readonly unknown[] = [
  "shop.>",
  { subject: "logs.*", id: "logs", title: "Logs" },
  {
    id: "devices",
    subject: "iot.*.telemetry",
    title: "Devices",
    view: "latest-by-key",
    key: "$subject[1]",
  },
  { subject: "packed.>", id: "packed" },
  {
    id: "parcels",
    subject: "parcels.>",
    title: "Parcels",
    payload: {
      format: "protobuf",
      type: "shop.v1.Parcel",
      descriptors: Buffer.from(toBinary(FileDescriptorSetSchema, DESCRIPTORS)).toString("base64"),
    },
  },
  { subject: "cams.*", id: "cams", title: "Cameras" },
  { subject: "billing.*", id: "billing", title: "Billing" },
  {
    id: "heat",
    title: "Heat",
    subject: "iot.*.heat",
    view: "chart",
    key: "$subject[1]",
    columns: [{ field: "t", title: "Temperature", unit: "°C", tones: [{ when: ">80", tone: "bad" }] }],
    alerts: [{ field: "t", when: ">80", title: "Too hot" }],
  },
  {
    id: "power",
    title: "Power",
    subject: "iot.*.heat",
    view: "value",
    key: "$subject[1]",
    columns: [{ field: "w", title: "Power", format: "number", digits: 1, unit: "W" }],
  },
  {
    id: "orders",
    title: "Orders",
    subject: "shop.orders",
    view: "latest-by-key",
    key: "meta.id",
    columns: [
      { field: "meta.id", title: "Id" },
      { field: "price", title: "Price" },
      { field: "customer.name", title: "Customer" },
    ],
  },
];

/** One picture of each format, twelve by eight pixels. */
export const PICTURES = {
  png: "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAICAIAAABChommAAAAJ0lEQVR4nGPUiLrDAANbGHzgbB+GLXA2EwMRgHqKWHC5A1mczm4CAFeDBnAHoeeaAAAAAElFTkSuQmCC",
  jpeg: "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAIAAwDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAaEAEAAQUAAAAAAAAAAAAAAAAAERMzYWKh/8QAFQEBAQAAAAAAAAAAAAAAAAAAAQT/xAAbEQEAAQUBAAAAAAAAAAAAAAACAQADESGBMf/aAAwDAQACEQMRAD8AjazJR24AV1kFxO1nPKoNspSJjUedr//Z",
  gif: "R0lGODdhDAAIAIEAANxaKCha3AAAAAAAACwAAAAADAAIAAAIIwADCAwAoCCAgQgJGkw40OBBhgoLInQ40eHChhYlYsxYsWBAADs=",
  webp: "UklGRiwAAABXRUJQVlA4TB8AAAAvC8ABAA8wWkehPRP3/EcLBAKEA/+XIkRE9H8C4nwBAA==",
  avif: "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAPgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAADAAAAAgAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAARm1kYXQSAAoIGAyvtEBDQaEyMBrHh4XhzDDDAoBVgOAgTD/uv8jpfQ7VbRdUOAzklPJLzF0Cogl7wov2KZZ9F6PRQw==",
} as const;

/** Publishes the messages of a quiet minute, and waits until the server has received them. */
export async function publishCompany(nats: NatsConnection): Promise<void> {
  const json = (subject: string, value: unknown): void => nats.publish(subject, JSON.stringify(value));
  const place = '"address":{"city":"Haifa","zip":"0031"}';
  const items = '"items":[{"sku":"A-1","qty":2},{"sku":"B-7","qty":1}]';
  // Literal text, because JSON.stringify would change the digits of ids and prices.
  const order = (id: string, price: string, name: string, status: string): void =>
    nats.publish(
      "shop.orders",
      `{"meta":{"id":${id},"createdAt":${AT_S}123},"status":"${status}","price":${price},"customer":{"name":"${name}",${place}},${items}}`,
    );
  order("9223372036854775801", "1.10", "דנה 😀", "new");
  order("9223372036854775802", "2.50", "José", "paid");
  json("shop.returns", { meta: { id: 7 }, status: "refused", reason: "torn", photos: null });

  nats.publish("logs.web", "2026-11-25T10:00:00Z INFO  started on :8080");
  nats.publish("logs.api", '\u001b[31mERROR\u001b[0m level=error msg="no such table: carts" took=12ms');
  nats.publish("logs.api", "Traceback (most recent call last):\n  File app.py, line 3\nKeyError: 'cart'");
  nats.publish(
    "logs.web",
    "<svg onload=\"document.title='run'\"><script>document.title='run'</script></svg>",
  );

  for (let device = 1; device <= DEVICES; device += 1) {
    json(`iot.dev-${String(device).padStart(3, "0")}.telemetry`, {
      temperature: 20 + (device % 50) / 10,
      humidity: 40 + (device % 7),
      battery: Math.round(1000 - device * 3.3) / 1000,
      state: device % 40 === 0 ? "failed" : "ok",
      at: AT_S + device,
    });
  }

  nats.publish("packed.a", encode({ device: "pump", level: 7, tags: ["north", "🚰"] }));
  if (PARCEL === undefined) throw new Error("the descriptors don't contain shop.v1.Parcel");
  const parcel = { tracking: 9223372036854775803n, city: "São Paulo", kg: 1.25 };
  nats.publish("parcels.out", toBinary(PARCEL, create(PARCEL, parcel as never)));

  for (const [kind, base64] of Object.entries(PICTURES)) {
    nats.publish(`cams.${kind}`, Buffer.from(base64, "base64"));
  }

  json("billing.s", { invoice: "A-1", at: AT_S });
  json("billing.ms", { invoice: "A-2", at: AT_S * 1e3 });
  json("billing.us", { invoice: "A-3", at: AT_S * 1e6 });

  json("iot.a.heat", { t: 21.5, w: 100 });
  json("iot.b.heat", { t: 22, w: 7.25 });
  await nats.flush();
}
