import type { ComponentChildren } from "preact";
import { messageLink } from "../board/link.ts";
import { pageUrl } from "../board/page-url.ts";
import { timeOf } from "../content/path.ts";
import { shortened } from "../content/write-json.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import type { FeedEvent, MalformedMessage } from "../panels/entry.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Copy } from "../ui/copy.tsx";
import { Fact } from "../ui/facts.tsx";

/** The most characters of a header that are shown; exports have all of it. */
const MAX_HEADER = 10_000;

/** The names of encodings, the same in every language. */
const NAMES = {
  json: "JSON",
  bytes: "bytes",
  msgpack: "MessagePack",
  cbor: "CBOR",
  protobuf: "protobuf",
} as const;

/** A message's times, subject, sequence, size, encoding and headers. */
export function MessageFacts(props: {
  panelId: string;
  entry: FeedEvent | MalformedMessage;
  children?: ComponentChildren;
}) {
  const t = allTexts.value;
  const f = formats.value;
  const { atMs, publishedAtMs, isHistory, subject, sequence, size, payload, headers } = props.entry;
  const age = f.age(nowSecondMs.value - timeOf(props.entry));
  return (
    <dl class="facts">
      {publishedAtMs !== undefined && (
        <Fact label={t.detailPublishedAt}>
          {f.dateTime(publishedAtMs)}, {age}
        </Fact>
      )}
      {!isHistory && (
        <Fact label={t.detailReceivedAt}>
          {f.dateTime(atMs)}
          {publishedAtMs === undefined && `, ${age}`}
        </Fact>
      )}
      <Fact label={t.detailSubject}>{subject}</Fact>
      {sequence !== undefined && (
        <Fact label={t.detailSequence}>
          {f.number(sequence)}{" "}
          <Copy
            words={{ copy: t.copyLink }}
            text={() => pageUrl({ open: messageLink(props.panelId, sequence) })}
            testId="details-copy-link"
          />
        </Fact>
      )}
      <Fact label={t.detailSize}>
        {f.bytes(size)}, {payload === "text" ? t.payloadText : NAMES[payload]}
      </Fact>
      {props.children}
      {headers.map(([name, values]) => (
        <Fact label={`${t.detailHeaders}: ${name}`} key={name}>
          {values.map((value, index) => (
            <div key={index}>{shortened(value, MAX_HEADER)}</div>
          ))}
        </Fact>
      ))}
    </dl>
  );
}
