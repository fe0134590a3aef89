import { EXPLANATIONS } from "../../client/index.ts";

/** The page's English texts; every other language has exactly these keys. */
export const en = {
  // Header
  liveData: "Live data",
  messagesPerSecond: "messages/s",
  roundTrip: "round trip",
  language: "Language",
  theme: "Theme",
  themeSystem: "System",
  themeLight: "Light",
  themeDark: "Dark",
  demo: "Demo",
  demoHint: "These events come from a built-in simulator, not from a real system.",

  tools: "Tools",

  // Connection pill
  pillIdle: "Off",
  pillLive: "Live",
  pillConnecting: "Connecting…",
  pillConnectingAttempt: (attempt: string) => `Connecting… (attempt ${attempt})`,
  pillRetryingIn: (seconds: string, attempt: string) => `Retrying in ${seconds} s (attempt ${attempt})`,
  pillReconnecting: (attempt: string) => `Reconnecting… (attempt ${attempt})`,
  pillReconnectingIn: (seconds: string, attempt: string) =>
    `Reconnecting in ${seconds} s (attempt ${attempt})`,
  pillWaitingForNetwork: "Waiting for the network",
  pillStopping: "Stopping…",
  pillStopped: "Stopped",
  pillFailed: "Failed",

  // Banner
  bannerLabel: "What is wrong with the connection",
  bannerForViewer: "You can act on this",
  bannerForOperator: "For whoever runs NATS",
  bannerNextAttempt: (seconds: string) => `Next attempt in ${seconds} s`,
  bannerAttemptUnderWay: "Trying now…",
  bannerGaveUp: (attempts: string) => `Gave up after attempt ${attempts}`,
  bannerNoRetry: "Trying again can't help until this is changed",
  bannerWaitingForNetwork: "Goes on by itself once this device is online",
  bannerSince: (time: string) => `since ${time}`,
  bannerTriedSince: (time: string) => `tried since ${time}`,
  bannerDown: (since: string) => `down for everyone, ${since}`,
  retryNow: "Retry now",
  reload: "Reload",
  details: "Details",
  explanations: EXPLANATIONS,

  // Evidence
  evidenceKind: "Fault",
  evidenceConfidence: "Confidence",
  confidenceCertain: "certain: the server or the system said so",
  confidenceLikely: "likely: the one usual cause",
  confidencePossible: "possible: one of several causes",
  evidencePhase: "Phase",
  phaseCredentials: "fetching credentials",
  phaseDialling: "dialling",
  phaseHandshake: "handshake",
  phaseLive: "live",
  phaseDraining: "draining",
  evidenceServer: "Server",
  evidenceSocketOpened: "WebSocket opened",
  evidenceInfoReceived: "INFO received",
  evidenceClose: "Close frame",
  evidenceErrText: "Server's error",
  evidenceHttpStatus: "HTTP status",
  evidenceFirstBytes: "First bytes",
  evidenceWaited: "Waited",
  evidenceOnline: "This device is online",
  evidenceDetail: "Detail",
  evidenceEdge: "Seen from the edge",
  edgePass: "reaches NATS",
  edgeWarn: "reaches NATS, with a warning",
  edgeFail: "can't reach NATS",
  yes: "yes",
  no: "no",

  // Feeds
  feedReceived: "received",
  feedShown: "shown",
  feedMalformed: "malformed",
  feedFiltered: "filtered",
  feedFolded: "folded",
  feedDropped: "dropped",
  feedReceivedHint: "Messages that arrived since the page was opened",
  feedShownHint: "Valid events in this panel",
  feedMalformedHint: "Messages that don't match this feed's definition",
  feedFilteredHint: "Valid events that your filter hides",
  feedFoldedHint: "Messages counted but not decoded, because too many arrived at once",
  feedDroppedHint: "Events that gave way to newer ones",
  feedLastEvent: (age: string) => `last event ${age}`,
  feedUsually: (interval: string) => `usually every ${interval}`,
  feedNoEvent: "no event yet",
  feedEmptyOff: "Live data is off",
  feedEmptyOffHint: "Switch it on to see events as they happen.",
  feedEmptyWaiting: "Waiting for the first event",
  feedEmptyWaitingHint: (subject: string) => `Subscribed to ${subject}. Quiet is not dead.`,
  feedEmptyConnecting: "Connecting to NATS",
  feedEmptyConnectingHint: "Events appear here as soon as the connection is live.",
  feedEmptyDown: "Not connected",
  feedEmptyDownHint: "Events appear here once the connection is back.",
  feedEmptyPaused: "Paused",
  feedEmptyFiltered: "Nothing matches your filter",
  feedEmptyFilteredHint: (filter: string) => `No kept event matches “${filter}”.`,
  filterLabel: (feed: string) => `Filter ${feed}`,
  filterPlaceholder: "Filter",
  filterHint: "Words anywhere, “several words” in quotation marks, or field:value",
  pause: "Pause",
  resume: "Resume",
  newMessages: (count: string) => `${count} new`,
  newMessagesKept: (count: string) => `newest ${count} kept`,
  newMessagesHint: "The rows stand still while you read; click to go on with the newest",
  rateOfLastMinute: "Messages per second in the last minute",
  columns: "Choose columns",
  onlyThisFeed: "Show only this feed",
  allFeeds: "Show all feeds",
  exportAs: (format: string) => `Export what is shown as ${format}`,
  columnTime: "Time",
  columnTrace: "Trace",
  noTrace: "no trace",
  noValue: "none",
  malformed: "Malformed",
  historyCount: (count: string) => `${count} events`,
  openDetails: (time: string) => `Open details of ${time}`,
  gapOffline: (duration: string, from: string, to: string) =>
    `Offline ${duration}, ${from}–${to}: messages may be missing`,
  gapSwitchedOff: (duration: string, from: string, to: string) => `Switched off ${duration}, ${from}–${to}`,

  // What is wrong with a message
  problemEmpty: "the payload is empty",
  problemTooLarge: (bytes: string, limit: string) =>
    `the payload has ${bytes}; more than ${limit} is not decoded`,
  problemNotUtf8: "the payload is not valid UTF-8",
  problemNotJson: (detail: string) => `the payload is not valid JSON: ${detail}`,
  problemNotObject: (found: string) => `the payload is a JSON ${found}, not an object`,
  problemBadHeaders: "the header block can't be read",
  problemMissing: (field: string) => `${field}: required, and not there`,
  problemWrongType: (field: string, expected: string, found: string) =>
    `${field}: should be a ${expected}, is ${found}`,
  problemNotAllowed: (field: string, found: string, allowed: string) =>
    `${field}: “${found}” is none of ${allowed}`,

  detailHistory: "History",

  // Timeline
  timeline: "Connection timeline",
  timelineEmpty: "Nothing has happened yet",
  timelineEmptyHint: "Every attempt, delay, cause and recovery is listed here.",
  timelineDropped: (count: string) => `${count} older entries gave way`,
  timelineStatus: (status: string) => `Status: ${status}`,
  timelineDial: (attempt: string, server: string) => `Attempt ${attempt}: dialling ${server}`,
  timelineDialFailed: (attempt: string, kind: string) => `Attempt ${attempt} failed: ${kind}`,
  timelineRetryIn: (delay: string) => `next attempt in ${delay}`,
  timelineNoRetry: "no further attempt",
  timelineLive: (server: string, version: string, took: string) =>
    `Live on ${server} (nats-server ${version}) after ${took}`,
  timelineRecovered: (down: string) => `recovered after ${down}`,
  timelineLost: (kind: string) => `Link lost: ${kind}`,
  timelineRefined: (kind: string) => `Cause found: ${kind}`,
  timelineHandover: (server: string) => `Moved to a new link on ${server}, nothing missed`,
  timelineHandoverFailed: (kind: string) => `Moving to a new link failed: ${kind}`,
  handoverReasons: {
    renewal: "new credentials",
    "lame-duck": "the server is about to shut down",
    asked: "asked for",
  },
  timelineDrained: "Closed: everything delivered first",
  timelineCut: "Closed: cut at the deadline",
  timelineNothingOpen: "Closed: nothing was open",
  timelineDenied: (subject: string) => `Subscription denied: ${subject}`,
  timelinePublishFailed: (subject: string, message: string) => `Publishing on ${subject} failed: ${message}`,
  timelineHandlerFailed: (subject: string, message: string) => `Handler failed on ${subject}: ${message}`,
  timelineGap: (subject: string, duration: string) => `Gap on ${subject}: ${duration}`,
  timelineOnline: "This device is online",
  timelineOffline: "This device is offline",

  // Sheets, whose other texts are loaded with them
  stream: "Stream",
  charts: "Charts",
  connection: "Connection",
  settings: "Settings",
  help: "Help",

  // Page
  loadingConfig: "Loading the configuration…",
  openedOffline: "This device is offline",
  openedOfflineFix:
    "The page was opened from this browser's own copy. It goes on by itself once the network is back.",
  configFailed: "The page's configuration couldn't be loaded.",
  configFailedFix: "Check that the worker runs and answers GET /api/config, then try again.",
  skipToContent: "Skip to the feeds",
};

/** A text, or a function that fills one in. */
type TextOf<T> = T extends (...values: infer V) => string
  ? (...values: V) => string
  : T extends string
    ? string
    : TextsOf<T>;

/** The same keys with texts of any language. */
export type TextsOf<T> = { readonly [K in keyof T]: TextOf<T[K]> };

/** All texts of one language. */
export type Texts = TextsOf<typeof en>;
