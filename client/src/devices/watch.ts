/** Watches a device of a class-room, and lets nothing of who was there stay when they have gone. */
import { api } from "../api";
import { clearOutboxes } from "../space/outbox";
import { touch } from "./calls";
import { watchIdle } from "./idle";

/** Returns what ends the watch: however the sign-in ended, what was not sent does not wait for the next child. */
export function watch(idleS: number, onOver: () => void): () => void {
  const stop = watchIdle({
    idleMs: idleS * 1000,
    onTouch: () => void touch().catch(() => undefined),
    onEnd: () => {
      clearOutboxes();
      // Without a line it is made up for later, and the server ends it in any case.
      void api.signOut().catch(() => undefined).then(onOver);
    },
  });
  return () => {
    stop();
    clearOutboxes();
  };
}
