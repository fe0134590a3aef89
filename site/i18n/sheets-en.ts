import { type Count, pluralsOf } from "./count.ts";
import type { TextsOf } from "./en.ts";
import { connectionEn } from "./sheets-connection-en.ts";

const plural = pluralsOf("en");

/** The English texts of what is loaded later; every other language has exactly these keys. */
export const sheetsEn = {
  ...connectionEn,

  since: (time: string) => `since ${time}`,

  // Alerts
  alertQuiet: (duration: string) => `Quiet for more than ${duration}`,
  alertQuietTimes: (times: string) => `Quiet for more than ${times} times as long as usual`,
  alertNotLive: (duration: string) => `Not live for more than ${duration}`,
  alertMatch: (filter: string) => `Matches ${filter}`,

  // What stands beside the page
  brokenSheet: "This can't be shown",
  brokenSheetHint: "The page goes on. Close this, and open it again.",

  // What keeps a panel's events away
  columnMissing: (field: string) => `No event has ${field}.`,
  subjectDenied: "Not allowed here",
  subjectDeniedHint: "These credentials may not read this subject.",
  subjectsDenied: (subjects: string) => `Denied: ${subjects}`,
  streamUnreadable: "The stream can't be read",
  streamFollows: "What it stores meanwhile follows.",
  streamGoesOn: "New events are shown as they come; what comes before them can't be fetched.",
  streamStands: "Events appear here once it can be read.",
  streamWaiting: "waiting for the stream",
  streamAgain: "The page tries again by itself.",
  streamReasons: {
    silence: {
      what: (stream: string) => `The stream ${stream} doesn't answer.`,
      fix: "Look at its server's JetStream.",
    },
    nobody: {
      what: (stream: string) => `Nobody answers for the stream ${stream}.`,
      fix: "It isn't there, has no leader just now, or `allow_direct` is off.",
    },
    "no-stream": {
      what: (stream: string) => `There is no stream ${stream}.`,
      fix: "Create it, or correct its name in FEEDS.",
    },
    denied: {
      what: (stream: string) => `The stream ${stream} may not be read with these credentials.`,
      fix: "Allow them to publish on the subject of its Direct Get.",
    },
    refused: {
      what: (stream: string) => `The server of the stream ${stream} doesn't understand how it is asked.`,
      fix: "It may be too old: feeds by sequence need nats-server 2.9.",
    },
    elsewhere: {
      what: (stream: string) => `Events come that the stream ${stream} doesn't have.`,
      fix: "It refuses them, or keeps them under another subject: compare its subjects with this feed's.",
    },
    "not-loaded": {
      what: (stream: string) => `What reads the stream ${stream} couldn't be loaded.`,
      fix: "Reload the page.",
    },
  },
  alertsActive: "Now",
  alertsNone: "None",
  alertsPast: "Earlier",
  alertsPastNone: "None since the page was opened",
  alertLasted: (from: string, duration: string) => `${from}, lasted ${duration}`,
  alertsNotify: "Notify me on this device",
  alertsSound: "Play a sound",
  alertsNotifyRefused: "The browser doesn't allow notifications of this page.",

  // Details of an event
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  copiedCut: "Copied what is kept: the beginning",
  copyFailed: "The browser didn't allow it",
  showTrace: "Show every event with this trace",
  filterByTrace: "Show only this trace, in all panels",
  traceEvents: (count: string) => `Events with this trace: ${count}`,
  detailReceivedAt: "Received",
  detailPublishedAt: "Published",
  detailSequence: "Sequence",
  detailSubject: "Subject",
  detailSize: "Size",
  detailTrace: "Trace id",
  detailHeaders: "Headers",
  detailPrompt: "Prompt",
  detailResponse: "Response",
  detailEvent: "Event",
  detailPayload: "Payload as received",
  detailCut: (shown: string) => `Cut: the first ${shown} are shown`,
  payloadViews: "How the payload is shown",
  payloadAs: { picture: "Picture", pretty: "Pretty", tree: "Tree", text: "As it came", hex: "Hex" },
  payloadText: "text",
  pictureOf: (subject: string) => `Picture from ${subject}`,
  pictureBroken: (type: string) =>
    `The picture can't be shown: it is damaged, or this browser doesn't know ${type}.`,
  pictureLarge: (type: string, size: string) =>
    `The picture isn't shown: ${type} of ${size} pixels could take all the memory that this browser has.`,
  numbersMore: (count: Count, isCut: boolean) =>
    `${isCut ? "At least " : ""}${plural(count, { one: "# more isn't shown", other: "# more aren't shown" })}`,
  treeMore: (count: Count) => plural(count, { one: "# more", other: "# more" }),
  compareTitle: (time: string) => `Changed since ${time}`,
  compareCut: ({ text }: Count) => `Only the first ${text} values were compared.`,
  compareSame: "Nothing: the payload is the same.",
  comparePayload: "(the whole payload)",
  detailFollow: "Follow what comes next",
  detailNewer: (time: string) => `Newer: ${time}`,
  copyLink: "Copy link",
  detailAsking: "Asking the stream for it…",
  detailGone: "The stream doesn't keep this message any more.",
  detailNoStream: "This panel has no stream: what it doesn't show can't be asked for.",
  detailUnread: (detail: string) => `The stream couldn't be asked: ${detail}`,
  detailNotThere: "Nothing of it has come yet.",
  noTraceExplained: "This event carries no trace_id",

  // Columns
  columnsOf: (feed: string) => `Columns: ${feed}`,
  columnsHint: "What you choose is kept in this browser, is part of the link, and is what CSV exports.",
  columnsOwn: "Of this feed",
  columnsOther: "Other fields of its events",
  columnsNoOther: "None seen yet.",
  columnsMost: (most: Count) =>
    plural(most, { one: "# is shown: that is the most.", other: "# are shown: that is the most." }),
  columnsReset: "Back to the feed's own",

  share: "Copy link to this page",
  shared: "The link is copied",
  shareFailed: "The browser didn't allow it: copy the address instead",
  copyDefinition: "Copy as an entry of FEEDS",
  removePanel: "Remove this panel",
  exportAs: (format: string) => `Export what is shown as ${format}`,
  onlyThisFeed: "Show only this panel",
  allFeeds: "Show all panels",
  columns: "Choose columns",
  kiosk: "Show on a wall display (Esc ends it)",
  panelEarlier: "Move before the one before",
  panelLater: "Move behind the next",
  panelSize: "Size",
  panelSizes: { small: "Usual", wide: "Wide", tall: "Tall", full: "Full width" },
  // Stream
  streamSubjectHint: "Wildcards * and > are allowed. Empty: everything the feeds receive.",
  streamListen: "Listen",
  subjectWrong:
    "A subject has at most 200 characters and no white space: tokens with one dot between them. * stands alone for one token, > alone at the end for all that follow.",
  streamPerSecond: "msg/s",
  streamLast: "Last value",
  streamMessages: "Messages",
  streamMakePanel: "Make a panel of it",
  subjects: (count: Count) => plural(count, { one: "# subject", other: "# subjects" }),
  streamTopicsGone: (subjects: Count, messages: Count) =>
    `${plural(subjects, { one: "# quiet subject", other: "# quiet subjects" })} gave way to new ones, with ${plural(messages, { one: "# message", other: "# messages" })}.`,

  // New panel
  panelView: "Shown as",
  panelViews: {
    log: "Log, newest first",
    table: "Table to sort",
    "latest-by-key": "Latest of each key",
    chart: "Chart of its numbers",
    value: "Latest value, large",
  },
  panelKey: "Key: a field, or $subject[1] for a token of the subject",
  panelKeyOptional: "A line for each (a field, or $subject[1]); may be left empty",
  panelAlert: "Alert me of events like (a filter; may be left empty)",
  panelQuiet: "Alert me when it is quiet for so many seconds (may be left empty)",
  panelTitle: "Title (may be left empty)",
  panelHint: "It is kept in this browser and stands in the link.",
  panelMake: "Show it",
  panelsClosed: (definitions: string) => `Panels of this link that can't be shown: ${definitions}`,
  panelProblem: (problem: string) => `This can't be shown: ${problem}`,
  panelProblems: {
    key: "The key is no field: write its path, such as customer.id, or $subject[1].",
    full: "No more panels can be kept: no link could carry them. Remove one first.",
  },

  // Charts
  chartsRate: "Messages per second, last 15 minutes",
  chartsRateSummary: (rates: string) => `Messages per second over the last 15 minutes. Now: ${rates}`,
  numbersNone: "No numbers yet.",
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
    slow: { action: "Slow", hint: "Delay everything by half a second each way until you end it." },
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

/** The same in any language. */
export type SheetTexts = TextsOf<typeof sheetsEn>;
