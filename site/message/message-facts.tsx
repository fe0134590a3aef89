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

/** More of a header than this isn't laid out; it is exported whole. */
const MAX_HEADER = 10_000;

/** The encodings have the same names in every language. */
const NAMES = {
  json: "JSON",
  bytes: "bytes",
  msgpack: "MessagePack",
  cbor: "CBOR",
  protobuf: "protobuf",
} as const;

/** What a message says beside its payload: where it came from, when, how large it is, its headers with each value apart. */
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
