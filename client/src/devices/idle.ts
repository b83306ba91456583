/**
 * A sign-in on a device of a class-room ends when nobody touches it: the next child must not find the last one.
 *
 * The server ends it in any case (`server.devices.rules`); this tells it of touches, and clears the page on time.
 */
export interface Idle {
  /** How long without a touch. */
  idleMs: number;
  /** Somebody is there: at most once in `TELL_EVERY_MS`. */
  onTouch(): void;
  /** Nobody has been there for `idleMs`. */
  onEnd(): void;
}

export const TELL_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
const TOUCHES = ["pointerdown", "keydown"] as const;

/** Returns what ends the watch. */
export function watchIdle({ idleMs, onTouch, onEnd }: Idle): () => void {
  let touchedAt = Date.now();
  let toldAt = touchedAt;
  const touched = () => {
    const now = Date.now();
    // A tablet that slept wakes up by a touch: that of the next child.
    if (now - touchedAt >= idleMs) return over();
    touchedAt = now;
    if (now - toldAt < TELL_EVERY_MS) return;
    toldAt = now;
    onTouch();
  };
  const timer = setInterval(() => {
    if (Date.now() - touchedAt >= idleMs) over();
  }, LOOK_EVERY_MS);
  const stop = () => {
    clearInterval(timer);
    for (const touch of TOUCHES) removeEventListener(touch, touched, true);
  };
  function over() {
    stop();
    onEnd();
  }
  for (const touch of TOUCHES) addEventListener(touch, touched, { capture: true, passive: true });
  return stop;
}
