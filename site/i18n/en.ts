import { type Count, pluralsOf } from "./count.ts";

const plural = pluralsOf("en");

/** The shell's English texts. All other languages have the same keys. */
export const en = {
  // Header
  about: "Live events from NATS",
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
  menu: "Menu",

  // Connection pill
  statuses: {
    idle: "Off",
    connecting: "Connecting…",
    live: "Live",
    reconnecting: "Reconnecting…",
    stopping: "Stopping…",
    stopped: "Stopped",
    failed: "Failed",
  },
  pillBehind: (duration: string) => `Slow: ${duration} behind`,
  pillConnectingAttempt: (attempt: string) => `Connecting… (attempt ${attempt})`,
  pillRetryingIn: (seconds: string, attempt: string) => `Retrying in ${seconds} s (attempt ${attempt})`,
  pillReconnecting: (attempt: string) => `Reconnecting… (attempt ${attempt})`,
  pillReconnectingIn: (seconds: string, attempt: string) =>
    `Reconnecting in ${seconds} s (attempt ${attempt})`,
  pillWaitingForNetwork: "Waiting for the network",

  // Actions
  retryNow: "Retry now",
  reload: "Reload",
  details: "Details",

  // Feeds
  feedReceived: (_: Count) => "received",
  feedShown: (_: Count) => "shown",
  feedMalformed: (_: Count) => "malformed",
  feedFiltered: (_: Count) => "filtered",
  feedFolded: (_: Count) => "folded",
  feedDropped: (_: Count) => "dropped",
  feedReceivedHint: "Messages received since the page was opened",
  feedShownHint: "Valid events in this panel",
  feedMalformedHint: "Messages that don't match this panel's definition",
  feedFilteredHint: "Valid events hidden by your filter",
  feedFoldedHint: "Messages counted but not decoded because too many arrived at once",
  feedDroppedHint: "Older events removed to make room for newer ones",
  feedOlderKeys: (count: Count) => plural(count, { one: "key dropped", other: "keys dropped" }),
  feedOlderKeysHint: "Older keys removed with their events to make room for newer ones",
  feedLastEvent: (age: string) => `last event ${age}`,
  feedUsually: (interval: string) => `usually every ${interval}`,
  feedNoEvent: "no event yet",
  perSecond: (rate: string) => `${rate}/s`,
  feedEmptyOff: "Live data is off",
  feedEmptyOffHint: "Turn it on to see events as they happen.",
  feedEmptyWaiting: "Waiting for the first event",
  feedEmptyWaitingHint: (subject: string) => `Subscribed to ${subject}. The connection is live.`,
  feedEmptyAsking: (subject: string) => `Subscribing to ${subject}…`,
  feedEmptyConnecting: "Connecting to NATS",
  feedEmptyUntilLiveHint: "Events appear here once the connection is live.",
  feedEmptyDown: "Not connected",
  feedEmptyPaused: "Paused",
  feedEmptyFiltered: "No matching events",
  feedEmptyFilteredHint: (filter: string) => `No event in this panel matches “${filter}”.`,
  filterLabel: (feed: string) => `Filter ${feed}`,
  filterPlaceholder: "Filter",
  filterHint: 'word, "exact phrase", field:value, field>5, -exclude, or',
  filterUnclosed: (text: string) => `${text} has no closing quotation mark.`,
  filterNoNumber: (text: string, value: string) => `${text}: “${value}” is not a number.`,
  filterNothingBesideOr: "“or” needs a term on each side.",
  filterUnknownField: (field: string) => `No event here has the field “${field}”.`,
  pause: "Pause",
  resume: "Resume",
  newMessages: (count: Count) => `${count.text} new`,
  newMessagesKept: (count: Count) => `newest ${count.text} kept`,
  newMessagesHint: "Rows hold still while you read. Click to show the newest.",
  rateOfLastMinute: "Messages per second in the last minute",
  panelMenu: (panel: string) => `More actions for ${panel}`,
  traceFollowed: (trace: string) => `Only trace ${trace}`,
  traceLeave: "Show all events",
  columnTime: "Time",
  columnTrace: "Trace",
  noTrace: "no trace",
  noValue: "none",
  deleted: "deleted",
  malformed: "Malformed",
  historyCount: (count: Count) => plural(count, { one: "# event", other: "# events" }),
  openDetails: (time: string) => `Open details of ${time}`,
  gapWhen: {
    break: (duration: string) => `Disconnected for ${duration}`,
    stop: (duration: string) => `Turned off for ${duration}`,
    slow: (duration: string) => `The connection stalled for ${duration}`,
    handover: (duration: string) => `Moved to another connection in ${duration}`,
    discarded: (duration: string) => `The stream had already discarded messages (${duration})`,
    unreadable: (duration: string) => `The stream couldn't be read for ${duration}`,
  },
  gapAll: (count: Count) => plural(count, { one: "# message recovered", other: "# messages recovered" }),
  gapNone: "nothing was missed",
  gapExactly: (count: Count, missing: Count) => `${count.text} recovered, ${missing.text} missing`,
  gapAtMost: (count: Count, missing: Count) => `${count.text} recovered, at most ${missing.text} missing`,
  gapMayMiss: "messages may be missing",

  // Problems of a message
  problemEmpty: "the payload is empty",
  problemTooLarge: (bytes: string, limit: string) =>
    `the payload is ${bytes}; only payloads up to ${limit} are decoded`,
  problemNotUtf8: "the payload is not valid UTF-8",
  problemNotJson: (detail: string) => `the payload is not valid JSON: ${detail}`,
  problemNotDecodable: (format: string, detail: string) => `the payload is not valid ${format}: ${detail}`,
  problemNotObject: (found: string) => `the payload is a JSON ${found}, not an object`,
  problemBadHeaders: "the headers can't be read",
  problemMissing: (field: string) => `${field}: required but missing`,
  problemWrongType: (field: string, expected: string, found: string) =>
    `${field}: expected ${expected}, got ${found}`,
  problemNotAllowed: (field: string, found: string, allowed: string) =>
    `${field}: “${found}” is not one of ${allowed}`,

  detailHistory: "History",

  // Names of the sheets; their other texts are loaded with them
  panel: "New panel",
  stream: "Messages",
  charts: "Charts",
  connection: "Connection",
  settings: "Settings",
  help: "Help",

  // Alerts
  alerts: "Alerts",

  // Page
  loadingConfig: "Loading configuration…",
  openedOffline: "This device is offline",
  openedOfflineFix:
    "The page was opened from the browser's cache. It continues automatically once the network is back.",
  configFailed: "The page's configuration couldn't be loaded.",
  configFailedFix: "Check that the worker is running and answers GET /api/config, then try again.",
  skipToContent: "Skip to the panels",
  loadingPart: "Loading…",
  partMissing: "Part of this page couldn't be loaded: the page was updated, or there is no network.",
  dismiss: "Dismiss",
  brokenCell: "can't be shown",
  brokenRow: "This row can't be shown",
  brokenPanel: "This panel crashed. The others still work.",
  showAgain: "Show again",
};

/** A text, or a function that returns one. */
type TextOf<T> = T extends (...values: infer V) => string
  ? (...values: V) => string
  : T extends string
    ? string
    : TextsOf<T>;

/** The same keys with texts of any language. */
export type TextsOf<T> = { readonly [K in keyof T]: TextOf<T[K]> };

/** All texts of one language. */
export type Texts = TextsOf<typeof en>;
