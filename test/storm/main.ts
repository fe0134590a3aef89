/**
 * `npm run chaos:real -- --minutes N [--seed S]`: a storm over three clustered nats-servers, with clients in Node, one in
 * a tab of Chromium that is frozen for a minute, and plain nats.ws for comparison. Prints one line of JSON; exits with
 * code 1 if a message is lost without a gap, repeated, unknown or, by sequence, out of order, or lost by the servers.
 */
import { readFlags } from "../support/tools/flags.ts";
import { toolVersions } from "../support/tools/versions.ts";
import { runStorm } from "./storm.ts";
import { spread, timesOf } from "./times.ts";
import { type ClientOutcome, together } from "./trial.ts";

const TAB_FROZEN_MS = 60_000;

const { numbers } = readFlags("npm run chaos:real -- [--minutes 10] [--seed N]", ["minutes", "seed"]);
const { minutes = 10, seed = Date.now() % 1_000_000_000 } = numbers;
if (minutes < 2) {
  process.stderr.write(`--minutes is ${minutes}: give at least 2, since the tab is frozen for one\n`);
  process.exit(1);
}
for (const line of await toolVersions(["2.15"])) process.stderr.write(`${line}\n`);

const { each, lostByServers, plain, done } = await runStorm({
  seed,
  seconds: minutes * 60,
  withPlain: true,
  tabFrozenForMs: TAB_FROZEN_MS,
});

/** The figures to print for some clients. */
function figuresOf(outcome: ClientOutcome) {
  const { sequenced, core, handovers, breaks } = outcome;
  const { detectMs, recoverMs } = timesOf(breaks, done);
  return {
    sequenced,
    core,
    handovers,
    breaks: breaks.length,
    detectMs: spread(detectMs),
    recoverMs: spread(recoverMs),
  };
}

const all = together(each);
const runtimes = [...new Set(each.map(({ name }) => name))];
/** The figures of all clients in one runtime. */
const figuresIn = (runtime: string) => figuresOf(together(each.filter(({ name }) => name === runtime)));
const isClean =
  lostByServers.length === 0 &&
  [all.sequenced, all.core].every(
    ({ duplicated, unknown, lostUnreported }) => duplicated + unknown + lostUnreported === 0,
  ) &&
  all.sequenced.disordered + all.sequenced.misnumbered === 0;
const report = {
  seed,
  minutes,
  faults: done.length,
  lostByServers: lostByServers.length,
  ...Object.fromEntries(runtimes.map((runtime) => [runtime, figuresIn(runtime)])),
  plain,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(isClean ? 0 : 1);
