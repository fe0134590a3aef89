export { MyceliumClient } from "./client.ts";
export { FaultError, NotLiveError, RequestError, type RequestFailure } from "./errors.ts";
export {
  type Confidence,
  type EdgeView,
  type Evidence,
  type ExplanationKey,
  FAULT_KINDS,
  type Fault,
  type FaultKind,
  fault,
} from "./faults/fault.ts";
export type { Message, MessageHandler, MessageHeaders } from "./message.ts";
export type { StartOutcome } from "./open-calls.ts";
export {
  type ClientOptions,
  type Clock,
  type Credentials,
  type CredentialsSource,
  checkServerUrl,
  DEFAULT_TUNABLES,
  type Investigate,
  type MessagesOptions,
  type PartialTunables,
  type PublishOptions,
  type ReconnectOptions,
  type RequestOptions,
  type SocketFactory,
  type SocketLike,
  type SubscribeOptions,
  TUNABLE_LIMITS,
  type Tunables,
} from "./options.ts";
export type { OutboxCounts } from "./outbox.ts";
export { covers } from "./sequence/covers.ts";
export type { History, SequenceReason, SequenceState, StreamSource } from "./sequence/port.ts";
export { storedIn } from "./sequence/stored.ts";
export { HALVING_LOSSES, type Stability } from "./stability.ts";
export {
  type Colour,
  type ConnectionState,
  colourOf,
  faultOf,
  type ServerInfo,
  STATUS_RULES,
  type Status,
  type StopOutcome,
  TRANSITIONS,
} from "./state.ts";
export type { Gap, GapKind, Missing } from "./subscriptions/gap.ts";
export { MessageStream } from "./subscriptions/message-stream.ts";
export type { Subscription, SubscriptionCounts, SubscriptionStatus } from "./subscriptions/subscription.ts";
export { Timeline, type TimelineEntry, type TimelineEvent } from "./timeline.ts";
