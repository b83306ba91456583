/** Trying again, later each time, with some chance in it so that a class does not come back as one. */

const FIRST_MS = 500;
const LAST_MS = 15_000;

export class Retry {
  readonly #work: () => void;
  #attempts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** Runs `work` later, in place of what was planned before. */
  plan(afterMs?: number): void {
    clearTimeout(this.#timer);
    const backoff = Math.min(LAST_MS, FIRST_MS * 2 ** this.#attempts) * (0.5 + Math.random() / 2);
    if (afterMs === undefined) this.#attempts += 1;
    this.#timer = setTimeout(this.#work, afterMs ?? backoff);
  }

  /** It works again, or there is nothing to try any more. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#attempts = 0;
  }
}
