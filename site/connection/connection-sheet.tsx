import "./connection-sheet.css";
import { type ConnectionState, HALVING_LOSSES, type Subscription } from "../../client/index.ts";
import type { Samples } from "../charts/samples.ts";
import type { Formats } from "../i18n/format.ts";
import { formats } from "../i18n/i18n.ts";
import { type AllTexts, allTexts, sheetTexts } from "../i18n/sheets.ts";
import type { SheetTexts } from "../i18n/sheets-en.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Facts } from "../ui/facts.tsx";
import { later } from "../ui/later.tsx";
import { Block, Sheet } from "../ui/sheet.tsx";
import type { Connection } from "./connection.ts";
import { EdgeStatusBlock } from "./edge-status.tsx";
import { TimelineBlock } from "./timeline-block.tsx";
import type { TimelineMemory } from "./timeline-memory.ts";

/** It brings uPlot. */
const RoundTripChart = later(async () => (await import("../charts/round-trip-chart.tsx")).RoundTripChart);

/** What is known of the connection: the server, how it has fared, what is subscribed. */
export function ConnectionSheet(props: {
  connection: Connection;
  memory: TimelineMemory;
  roundTrips: Samples;
  onClose: () => void;
}) {
  const { connection, memory, roundTrips, onClose } = props;
  const t = allTexts.value;
  const s = t;
  const f = formats.value;
  const now = nowSecondMs.value;
  const { uptime, score, lossesPerHour, reconnects, meanConnectMs, meanDownMs } = connection.client.stability;
  const timeOf = (ms: number | null) => (ms === null ? s.notYet : f.duration(ms));
  return (
    <Sheet title={t.connection} testId="connection" onClose={onClose}>
      <Block title={s.connectionServer}>
        <Facts lines={serverLines(connection.state.value, now, t, s, f)} />
      </Block>
      <Block title={s.connectionStability}>
        <Facts
          lines={[
            [s.connectionScore, score === null ? s.notYet : `${f.number(score)} / 100`],
            [s.connectionUptime, uptime === null ? s.notYet : f.percent(uptime)],
            [s.connectionRoundTrip, timeOf(connection.client.rttMs)],
            [s.connectionReconnects, f.number(reconnects)],
            [s.connectionMeanConnect, timeOf(meanConnectMs)],
            [s.connectionMeanDown, timeOf(meanDownMs)],
          ]}
        />
        <p class="note">{s.connectionScoreFormula(f.number(HALVING_LOSSES), f.number(lossesPerHour))}</p>
      </Block>
      <Block title={s.connectionRoundTrip}>
        <RoundTripChart roundTrips={roundTrips} />
      </Block>
      <EdgeStatusBlock />
      <Block title={s.connectionSubscriptions}>
        <ul class="subscriptions">
          {connection.client.subscriptions.map((subscription) => (
            <SubscriptionItem key={subscription.subject} subscription={subscription} />
          ))}
        </ul>
      </Block>
      <TimelineBlock connection={connection} memory={memory} />
    </Sheet>
  );
}

function serverLines(state: ConnectionState, now: number, t: AllTexts, s: SheetTexts, f: Formats) {
  if (state.status !== "live") return [[s.connectionState, t.feedEmptyDown] as const];
  const { url, serverName, version, clientId, maxPayloadBytes, jetStream } = state.server;
  const expireAtMs = state.credentialsExpireAtMs;
  return [
    [t.evidenceServer, url],
    [s.connectionName, serverName],
    [s.connectionVersion, version],
    [s.connectionClientId, clientId === null ? s.notYet : String(clientId)],
    [s.connectionMaxPayload, f.bytes(maxPayloadBytes)],
    ["JetStream", jetStream ? t.yes : t.no],
    [s.connectionLiveFor, f.duration(Math.max(0, now - state.sinceMs))],
    [
      s.connectionExpiry,
      expireAtMs === null
        ? s.connectionNoExpiry
        : s.connectionExpiresIn(f.duration(Math.max(0, expireAtMs - now)), f.time(expireAtMs)),
    ],
  ] as const;
}

function SubscriptionItem({ subscription }: { subscription: Subscription }) {
  const { subject, status, sequence, counts } = subscription;
  const s = sheetTexts.value;
  const f = formats.value;
  const stream = sequence?.state === "unreadable" || sequence?.state === "waiting" ? sequence.state : status;
  const fares = status === "denied" ? status : stream;
  const tones = {
    requested: "neutral",
    active: "good",
    denied: "bad",
    unreadable: "bad",
    waiting: "warn",
  } as const;
  const words = {
    requested: s.subscriptionWaiting,
    active: s.subscriptionActive,
    denied: s.subscriptionDenied,
    unreadable: s.streamUnreadable,
    waiting: s.streamWaiting,
  };
  return (
    <li class="subscriptions__one" data-testid="subscription" data-status={fares}>
      <code>{subject}</code>
      <span class="chip" data-tone={tones[fares]}>
        {words[fares]}
      </span>
      <span class="note subscriptions__count">
        {s.subscriptionCounts(f.number(counts.received), f.number(counts.delivered), f.number(counts.failed))}
      </span>
    </li>
  );
}
