import "./connection-sheet.css";
import { HALVING_LOSSES, type Stability, type Subscription } from "../../client/index.ts";
import type { Samples } from "../charts/samples.ts";
import { type AllTexts, allTexts } from "../i18n/all-texts.ts";
import type { Formats } from "../i18n/format.ts";
import { formats } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Facts } from "../ui/facts.tsx";
import { later } from "../ui/later.tsx";
import { Block, Sheet } from "../ui/sheet.tsx";
import type { Connection } from "./connection.ts";
import { EdgeStatusBlock } from "./edge-status.tsx";

/** It brings uPlot. */
const RoundTripChart = later(async () => (await import("../charts/round-trip-chart.tsx")).RoundTripChart);

/** What is known of the connection: the server, how it has fared, what is subscribed. */
export function ConnectionSheet(props: { connection: Connection; roundTrips: Samples; onClose: () => void }) {
  const { connection, roundTrips, onClose } = props;
  const t = allTexts.value;
  const f = formats.value;
  const now = nowSecondMs.value;
  const { stability, rttMs } = connection.client;
  return (
    <Sheet title={t.connection} testId="connection" onClose={onClose}>
      <Block title={t.evidenceServer}>
        <Facts lines={serverLines(connection, now, t, f)} />
      </Block>
      <Block title={t.connectionStability}>
        <Facts lines={stabilityLines(stability, rttMs, t, f)} />
        <p class="note">
          {t.connectionScoreFormula(f.number(HALVING_LOSSES), f.number(stability.lossesPerHour))}
        </p>
      </Block>
      <Block title={t.connectionRoundTrip}>
        <RoundTripChart roundTrips={roundTrips} />
      </Block>
      <EdgeStatusBlock />
      <Block title={t.connectionSubscriptions}>
        <ul class="subscriptions">
          {connection.client.subscriptions.map((subscription) => subscriptionItem(subscription, t, f))}
        </ul>
      </Block>
    </Sheet>
  );
}

/** How the connection has fared, line by line. */
export function stabilityLines(
  { uptime, score, reconnects, meanConnectMs, meanDownMs }: Stability,
  rttMs: number | null,
  t: AllTexts,
  f: Formats,
) {
  const timeOf = (ms: number | null) => (ms === null ? t.notYet : f.duration(ms));
  return [
    // As the share below it: what broke once isn't 100.
    [t.connectionScore, score === null ? t.notYet : `${f.number(Math.floor(score))} / 100`],
    [t.connectionUptime, uptime === null ? t.notYet : f.percent(uptime)],
    [t.connectionRoundTrip, timeOf(rttMs)],
    [t.connectionReconnects, f.number(reconnects)],
    [t.connectionMeanConnect, timeOf(meanConnectMs)],
    [t.connectionMeanDown, timeOf(meanDownMs)],
  ] as const;
}

/** The server, and since when it has been reached, line by line. */
export function serverLines(
  { state: { value: state }, liveSpans }: Pick<Connection, "state" | "liveSpans">,
  now: number,
  t: AllTexts,
  f: Formats,
) {
  if (state.status !== "live") return [[t.connectionState, t.feedEmptyDown] as const];
  const { url, serverName, version, clientId, maxPayloadBytes, jetStream } = state.server;
  const expireAtMs = state.credentialsExpireAtMs;
  return [
    [t.evidenceServer, url],
    [t.connectionName, serverName],
    [t.connectionVersion, version],
    [t.connectionClientId, clientId === null ? t.notYet : String(clientId)],
    [t.connectionMaxPayload, f.bytes(maxPayloadBytes)],
    ["JetStream", jetStream ? t.yes : t.no],
    // By a time that doesn't go back, and the clock's second may have begun before it was live.
    [t.connectionLiveFor, f.duration(Math.max(0, now - (liveSpans.at(-1)?.fromMs ?? now)))],
    [
      t.connectionExpiry,
      expireAtMs === null
        ? t.connectionNoExpiry
        : t.connectionExpiresIn(f.duration(Math.max(0, expireAtMs - now)), f.time(expireAtMs)),
    ],
  ] as const;
}

/** How a subscription fares: the tone of its chip, and its words. */
const FARES = {
  requested: ["neutral", "subscriptionWaiting"],
  active: ["good", "subscriptionActive"],
  denied: ["bad", "subscriptionDenied"],
  unreadable: ["bad", "streamUnreadable"],
  waiting: ["warn", "streamWaiting"],
} as const;

/** No component: one that uses signals stands still while its props are the same, and a subscription always is. */
function subscriptionItem(
  { subject, name, status, sequence, counts }: Subscription,
  t: AllTexts,
  f: Formats,
) {
  const stream = sequence?.state === "unreadable" || sequence?.state === "waiting" ? sequence.state : status;
  const fares = status === "denied" ? status : stream;
  const [tone, words] = FARES[fares];
  return (
    <li class="subscriptions__one" key={`${subject} ${name}`} data-testid="subscription" data-status={fares}>
      <code>{subject}</code>
      <span class="chip" data-tone={tone}>
        {t[words]}
      </span>
      <span class="note subscriptions__count">
        {t.subscriptionCounts(f.count(counts.received), f.count(counts.delivered), f.count(counts.failed))}
      </span>
    </li>
  );
}
