import { covers, type Subscription } from "../../client/index.ts";
import type { PanelParts } from "../panels/panel-model.ts";

type Subscribes = PanelParts["client"];

/**
 * A client that hands each message on once, though subjects overlap as `iot.*.telemetry` and `iot.eu.>` do: a server sends
 * it for each of them. The first of them has it, unless the server denies that one.
 */
export function heardOnce(client: Subscribes): Subscribes {
  const made: Subscription[] = [];
  return {
    subscribe(subject, handler, options) {
      const earlier = [...made];
      const subscription = client.subscribe(
        subject,
        (message) => {
          const isHeard = earlier.some(
            (one) => one.status !== "denied" && covers(one.subject, message.subject),
          );
          if (!isHeard) handler(message);
        },
        options,
      );
      made.push(subscription);
      return subscription;
    },
  };
}

/** The subjects that mean all of the given ones, none of them twice: a server sends a message once for each that matches. */
export function widest(subjects: readonly string[]): readonly string[] {
  const distinct = [...new Set(subjects)];
  return distinct.filter((one) => !distinct.some((other) => other !== one && covers(other, one)));
}
