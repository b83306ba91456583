import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import type { Room } from "../room";
import { calls, type FilePage } from "./calls";

/** So many pages read the list again at the same news: not all in the same moment. */
const AGAIN_MS = 250;
const SPREAD_MS = 750;

/** The files of a space, read again whenever they change and whenever the line is back. */
export function useFiles(spaceId: string, room: Room, isJoined: boolean, asId: string | undefined) {
  const queries = useQueryClient();
  const readAgain = useCallback(() => void queries.invalidateQueries({ queryKey: ["files", spaceId] }), [queries, spaceId]);
  useEffect(() => {
    if (!isJoined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = room.channel.on("files.changed", () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        readAgain();
      }, AGAIN_MS + Math.random() * SPREAD_MS);
    });
    readAgain();
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [room, isJoined, readAgain]);
  return { list: useFileList(spaceId, false, asId), readAgain };
}

/** @param asId who looks, of those who share this device: each sees what of their own waits. */
export function useFileList(spaceId: string, sealed: boolean, asId?: string) {
  return useInfiniteQuery({
    queryKey: ["files", spaceId, sealed, asId],
    queryFn: ({ pageParam }: { pageParam: string }) => calls.page(spaceId, pageParam, sealed, asId),
    initialPageParam: "",
    getNextPageParam: (page: FilePage) => page.next || undefined,
  });
}
