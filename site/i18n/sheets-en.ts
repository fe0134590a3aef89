import type { TextsOf } from "./en.ts";

/** The English texts of the sheets; every other language has exactly these keys. */
export const sheetsEn = {
  // Details of an event
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "The browser didn't allow it",
  showTrace: "Show every event with this trace",
  filterByTrace: "Filter all feeds by this trace",
  filterByNone: "Show all events again",
  traceEvents: (count: string) => `Events with this trace: ${count}`,
  detailReceivedAt: "Received",
  detailSubject: "Subject",
  detailSize: "Size",
  detailTrace: "Trace id",
  detailHeaders: "Headers",
  detailPrompt: "Prompt",
  detailResponse: "Response",
  detailEvent: "Event",
  detailPayload: "Payload as received",
  streamPayload: "Payload",
  detailCut: (shown: string) => `Cut: the first ${shown} are shown`,
  noTraceExplained: "This event carries no trace_id",

  // Columns
  columnsOf: (feed: string) => `Columns: ${feed}`,
  columnsHint: "What you choose is kept in this browser, is part of the link, and is what CSV exports.",
  columnsOwn: "Of this feed",
  columnsOther: "Other fields of its events",
  columnsNoOther: "None seen yet.",
  columnsMost: (most: string) => `${most} are shown: that is the most.`,
  columnsReset: "Back to the feed's own",

  // Connection
  connectionServer: "Server",
  connectionState: "State",
  connectionName: "Name",
  connectionVersion: "Version",
  connectionClientId: "Connection id",
  connectionMaxPayload: "Largest message",
  connectionLiveFor: "Live for",
  connectionExpiry: "Credentials",
  connectionNoExpiry: "don't expire",
  connectionExpiresIn: (left: string, time: string) => `expire in ${left}, at ${time}; renewed ahead of that`,
  connectionStability: "Stability",
  connectionRoundTrip: "Round trip",
  connectionReconnects: "Reconnects",
  connectionMeanConnect: "Mean time to connect",
  connectionMeanDown: "Mean time to recover",
  connectionScore: "Stability score",
  connectionUptime: "Live while wanted",
  connectionScoreFormula: (halving: string, losses: string) =>
    `Score = 100 × share live while wanted × ${halving} / (${halving} + losses per hour; now ${losses}). This visit; less than an hour counts as one.`,
  timelineAll: "Timeline of this browser",
  timelineKind: "Kind of entry",
  timelineKinds: {
    all: "Everything",
    attempts: "Attempts",
    links: "Links",
    faults: "Faults",
    gaps: "Gaps",
    surroundings: "Network",
  },
  timelineKept: (shown: string, all: string) =>
    `The newest ${shown} of ${all}, earlier visits too. Kept in this browser only.`,
  edgeTitle: "Seen from the edge",
  edgeFailed: "The edge didn't answer.",
  edgeDay: "Last 24 hours",
  edgeQuarter: "Last 90 days",
  edgeUptime: (share: string) => `NATS reached ${share}`,
  edgeOutcomes: {
    none: "not observed",
    good: "reached",
    mixed: "reached at times",
    bad: "not reached",
  },
  connectionSubscriptions: "Subscriptions",
  subscriptionCounts: (received: string, delivered: string, failed: string) =>
    `${received} received · ${delivered} delivered · ${failed} failed in the page`,
  subscriptionWaiting: "waiting",
  subscriptionActive: "active",
  subscriptionDenied: "denied",
  notYet: "not yet known",

  // Passphrase
  passphraseTitle: "This page asks for a passphrase",
  passphraseHint:
    "Whoever runs the page has it. It is kept until you close or reload the page, and nowhere else.",
  passphraseLabel: "Passphrase",
  passphraseSubmit: "Connect",
  passphraseWrong: "That isn't the passphrase.",

  // Stream
  streamSubject: "Subject",
  streamSubjectHint: "Wildcards * and > are allowed. Empty: everything the feeds receive.",
  streamListen: "Listen",
  streamProblems: {
    "white-space": "A subject has no white space.",
    "empty-token": "A dot at the start, at the end or beside another leaves an empty token: remove it.",
    "tail-not-last": "> may only be the last token.",
    "too-long": "A subject has at most 256 characters.",
  },
  streamHint: "Everything since this was opened, as it came.",
  streamFolded: (above: string) =>
    `More than ${above} messages/s: they are counted by subject and not listed until it is quieter.`,
  streamListed: "listed",
  streamOtherSubjects: "on further subjects",
  streamBySubject: "By subject",
  streamPerSecond: "msg/s",
  streamLast: "Last value",
  streamMessages: "Messages",
  streamHeld: "Messages, standing still: scroll to the top to go on",

  // Charts
  chartsRate: "Messages per second, last 15 minutes",
  chartsRateSummary: (rates: string) => `Messages per second over the last 15 minutes. Now: ${rates}`,
  chartsOthers: "other subjects",
  chartsRoundTripSummary: (now: string) => `Round trip over the last 15 minutes. Now: ${now}`,

  // Demo
  demoClear: "End every fault",
  demoFailed: (detail: string) => `The simulator's control doesn't answer: ${detail}`,
  demoFaults: {
    kill: { action: "Kill", hint: "Cut every connection and come back a moment later." },
    freeze: { action: "Freeze", hint: "Stop answering, with connections left open, until you end it." },
    refuse: { action: "Refuse", hint: "Cut every connection and let nobody in until you end it." },
    "reject-token": {
      action: "Reject token",
      hint: "Cut every connection and refuse all credentials until you end it.",
    },
    "expire-token": { action: "Expire token", hint: "Let the credentials in use run out." },
    "lame-duck": { action: "Lame duck", hint: "Ask everybody to leave, then shut down." },
    slow: { action: "Slow", hint: "Delay everything by a second until you end it." },
  },

  // Settings
  settingsHint: "What you type takes effect at once and is kept in this browser.",
  settingsReset: "Reset to defaults",
  settingsLimits: (least: string, most: string) => `${least} to ${most}`,
  settingsWrong: (limits: string) => `Not in force: give a number from ${limits}`,
  tunables: {
    "reconnect.maxAttempts": "Attempts before the first success (0: no limit)",
    "reconnect.baseDelayMs": "Longest first delay",
    "reconnect.factor": "Growth of the delay per attempt",
    "reconnect.maxDelayMs": "Longest delay of all",
    "reconnect.stableAfterMs": "Counts as stable after",
    connectTimeoutMs: "Time to connect",
    drainTimeoutMs: "Time to finish when switched off",
    pingIntervalMs: "Time between pings",
    pongTimeoutMs: "Time to answer a ping",
  },

  // Help
  helpHint: "Everything on the page can also be reached with Tab and Enter.",
  helpRows: "Within a feed: to the next row; Page Up, Page Down, Home and End go further, Enter opens",
  helpFilter:
    "A filter finds words anywhere, “several words” in quotation marks, and field:value in one field.",
  keys: {
    help: "Show this help",
    live: "Switch live data on or off",
    pause: "Pause or resume all feeds",
    filter: "Go to the first feed's filter",
  },
  keyEscape: "Close what is open beside the page",
};

/** The texts of the sheets in one language. */
export type SheetTexts = TextsOf<typeof sheetsEn>;
