import type { ConnectionState, SubscriptionStatus } from "../../client/index.ts";
import type { Texts } from "../i18n/en.ts";
import type { Formats } from "../i18n/format.ts";
import { formats, texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import type { SheetTexts } from "../i18n/sheets-en.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Facts } from "../ui/facts.tsx";
import { Block, Sheet } from "../ui/sheet.tsx";
import type { Connection } from "./connection.ts";
import { EdgeStatusBlock } from "./edge-status.tsx";
import { HALVING_LOSSES, stabilityOf } from "./stability.ts";
import { summarise } from "./summary.ts";
import { TimelineBlock } from "./timeline-block.tsx";
import type { TimelineMemory } from "./timeline-memory.ts";

/** What is known of the connection: the server, how it has fared, what is subscribed. */
export function ConnectionSheet(props: {
  connection: Connection;
  memory: TimelineMemory;
  onClose: () => void;
}) {
  const { connection, memory, onClose } = props;
  const t = texts.value;
  const s = sheetTexts.value;
  const f = formats.value;
  const now = nowSecondMs.value;
  const { recoveries, meanConnectMs, meanDownMs } = summarise(connection.entries.value);
  const { uptime, lossesPerHour, score } = stabilityOf(connection.entries.value, now);
  const timeOf = (ms: number | null) => (ms === null ? s.notYet : f.duration(ms));
  return (
    <Sheet title={t.connection} testId="connection" subject={connection} onClose={onClose}>
      <Block title={s.connectionServer}>
        <Facts lines={serverLines(connection.state.value, now, t, s, f)} />
      </Block>
      <Block title={s.connectionStability}>
        <Facts
          lines={[
            [s.connectionScore, score === null ? s.notYet : `${f.number(score)} / 100`],
            [s.connectionUptime, uptime === null ? s.notYet : f.percent(uptime)],
            [s.connectionRoundTrip, timeOf(connection.client.rttMs)],
            [s.connectionRecoveries, f.number(recoveries)],
            [s.connectionMeanConnect, timeOf(meanConnectMs)],
            [s.connectionMeanDown, timeOf(meanDownMs)],
          ]}
        />
        <p class="note">{s.connectionScoreFormula(f.number(HALVING_LOSSES), f.number(lossesPerHour))}</p>
      </Block>
      <EdgeStatusBlock />
      <Block title={s.connectionSubscriptions}>
        <ul class="subscriptions">
          {connection.client.subscriptions.map((subscription) => (
            <SubscriptionItem
              key={subscription.subject}
              subject={subscription.subject}
              status={subscription.status}
              received={subscription.counts.received}
            />
          ))}
        </ul>
      </Block>
      <TimelineBlock connection={connection} memory={memory} />
    </Sheet>
  );
}

function serverLines(state: ConnectionState, now: number, t: Texts, s: SheetTexts, f: Formats) {
  if (state.status !== "live") return [[s.connectionState, t.feedEmptyDown] as const];
  const { url, serverName, version, clientId, maxPayloadBytes, jetStream } = state.server;
  return [
    [t.evidenceServer, url],
    [s.connectionName, serverName],
    [s.connectionVersion, version],
    [s.connectionClientId, clientId === null ? s.notYet : String(clientId)],
    [s.connectionMaxPayload, f.bytes(maxPayloadBytes)],
    ["JetStream", jetStream ? t.yes : t.no],
    [s.connectionLiveFor, f.duration(Math.max(0, now - state.sinceMs))],
  ] as const;
}

function SubscriptionItem(props: { subject: string; status: SubscriptionStatus; received: number }) {
  const { subject, status, received } = props;
  const t = texts.value;
  const s = sheetTexts.value;
  const tones = { waiting: "neutral", active: "good", denied: "bad" } as const;
  const words = {
    waiting: s.subscriptionWaiting,
    active: s.subscriptionActive,
    denied: s.subscriptionDenied,
  };
  return (
    <li class="subscriptions__one" data-testid="subscription" data-status={status}>
      <code>{subject}</code>
      <span class="chip" data-tone={tones[status]}>
        {words[status]}
      </span>
      <span class="note subscriptions__count">
        {formats.value.number(received)} {t.feedReceived}
      </span>
    </li>
  );
}
