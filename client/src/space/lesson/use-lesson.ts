/** Asking for a change of the room, and the word for why it was not made. */
import { useCallback, useState } from "react";
import { RequestFailed } from "../connection";
import type { RequestFrame } from "../frames";
import type { Room } from "../room";

export interface Asking {
  /** Of the last thing that was asked for. */
  readonly problem: string | undefined;
  ask(frame: RequestFrame): void;
}

/** Nothing waits for the answer: what came of it is told to everyone (`room.state`). */
export function useAsking(room: Room): Asking {
  const [problem, setProblem] = useState<string>();
  const ask = useCallback(
    (frame: RequestFrame) => {
      setProblem(undefined);
      room.channel
        .request(frame)
        .catch((error: unknown) => setProblem(error instanceof RequestFailed ? error.code : "general"));
    },
    [room],
  );
  return { problem, ask };
}
