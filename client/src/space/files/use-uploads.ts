import { useEffect, useReducer, useRef } from "react";
import { ApiFailure } from "../../api";
import { send, type Sending, type SpaceFile } from "./calls";
import { nextUpload, unfit, uploadsAfter, type Upload } from "./queue";

export interface Uploads {
  uploads: readonly Upload[];
  add(files: Iterable<File>): void;
  again(id: number): void;
  /** Ends one that is under way, or puts away one that failed. */
  drop(id: number): void;
}

let lastId = 0;

/** Files that go up from this page. Args: asId: who picks them, of those at this device; onDone: one is kept now. */
export function useUploads(
  spaceId: string, taken: Readonly<Record<string, number>>, asId: string | undefined, onDone: (file: SpaceFile) => void,
): Uploads {
  const [uploads, tell] = useReducer(uploadsAfter, []);
  const files = useRef(new Map<number, File>());
  const underWay = useRef<{ id: number; sending: Sending }>(undefined);
  const done = useRef(onDone);
  done.current = onDone;

  const next = nextUpload(uploads);
  useEffect(() => {
    const file = next && files.current.get(next.id);
    if (!next || !file || underWay.current) return;
    const { id } = next;
    const sending = send(spaceId, file, next.asId, (share) => tell({ type: "progress", id, share }));
    underWay.current = { id, sending };
    tell({ type: "progress", id, share: 0 });
    sending.done
      .then(
        (kept) => {
          files.current.delete(id);
          done.current(kept);
          return { type: "gone", id } as const;
        },
        (error: unknown) => {
          const failure = error instanceof ApiFailure ? error.code : "general";
          if (failure === "stopped") return { type: "gone", id } as const;
          const most = error instanceof ApiFailure ? error.problem["most_bytes"] : undefined;
          return { type: "failed", id, failure, mostBytes: typeof most === "number" ? most : undefined } as const;
        },
      )
      .then((event) => {
        underWay.current = undefined;
        tell(event);
      });
  }, [next, spaceId]);
  useEffect(() => () => underWay.current?.sending.stop(), []);

  return {
    uploads,
    add(picked) {
      const found: Upload[] = [];
      for (const file of picked) {
        const id = (lastId += 1);
        files.current.set(id, file);
        const wrong = unfit(file.name, file.size, taken);
        found.push({ id, name: file.name, sizeBytes: file.size, asId, state: wrong ? "failed" : "waiting", share: 0, ...wrong });
      }
      tell({ type: "picked", uploads: found });
    },
    again: (id) => tell({ type: "again", id }),
    drop(id) {
      if (underWay.current?.id === id) return underWay.current.sending.stop();
      files.current.delete(id);
      tell({ type: "gone", id });
    },
  };
}
