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

/** Loaded separately because it brings uPlot. */
const RoundTripChart = later(async () => (await import("../charts/round-trip-chart.tsx")).RoundTripChart);

/** The connection sheet: the server, the stability of the connection, and its subscriptions. */
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

/** Labels and values of the stability block. */
export function stabilityLines(
  { uptime, score, reconnects, meanConnectMs, meanDownMs }: Stability,
  rttMs: number | null,
  t: AllTexts,
  f: Formats,
) {
  const timeOf = (ms: number | null) => (ms === null ? t.notYet : f.duration(ms));
  return [
    // Rounded down like the share below: a connection that broke once never shows 100.
    [t.connectionScore, score === null ? t.notYet : `${f.number(Math.floor(score))} / 100`],
    [t.connectionUptime, uptime === null ? t.notYet : f.percent(uptime)],
    [t.connectionRoundTrip, timeOf(rttMs)],
    [t.connectionReconnects, f.number(reconnects)],
    [t.connectionMeanConnect, timeOf(meanConnectMs)],
    [t.connectionMeanDown, timeOf(meanDownMs)],
  ] as const;
}

/** Labels and values of the server block. */
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
    // The clock shows whole seconds, and this one may have begun before the connection was live.
    [t.connectionLiveFor, f.duration(Math.max(0, now - (liveSpans.at(-1)?.fromMs ?? now)))],
    [
      t.connectionExpiry,
      expireAtMs === null
        ? t.connectionNoExpiry
        : t.connectionExpiresIn(f.duration(Math.max(0, expireAtMs - now)), f.time(expireAtMs)),
    ],
  ] as const;
}

/** The tone and the text of a subscription's chip. */
const CHIPS = {
  requested: ["neutral", "subscriptionWaiting"],
  active: ["good", "subscriptionActive"],
  denied: ["bad", "subscriptionDenied"],
  unreadable: ["bad", "streamUnreadable"],
  waiting: ["warn", "streamWaiting"],
} as const;

/** A plain function: a component with signals wouldn't render again, because `subscription` stays the same object. */
function subscriptionItem(
  { subject, name, status, sequence, counts }: Subscription,
  t: AllTexts,
  f: Formats,
) {
  const stream = sequence?.state === "unreadable" || sequence?.state === "waiting" ? sequence.state : status;
  const chip = status === "denied" ? status : stream;
  const [tone, words] = CHIPS[chip];
  return (
    <li class="subscriptions__one" key={`${subject} ${name}`} data-testid="subscription" data-status={chip}>
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
