export { SequencedFeed } from "./feed.ts";
