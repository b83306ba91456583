import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SpaceRecord } from "./calls";

/** A change of the record of a space: what else shows it is asked for again. */
export function useRecordMove<Given>(id: string, move: (given: Given) => Promise<SpaceRecord>, onDone?: (after: SpaceRecord) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: move,
    onSuccess: (after) => {
      queries.setQueryData(["space-record", after.id], after);
      for (const key of ["today", "partnership", "partnerships", "space"]) void queries.invalidateQueries({ queryKey: [key] });
      onDone?.(after);
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["space-record", id] }),
  });
}
