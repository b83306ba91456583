import { useEffect, useState, useSyncExternalStore } from "react";
import { api, ApiFailure } from "../api";
import { Room } from "./room";
import type { SpaceState } from "./state";

/** The live room of a space, for as long as the page is shown. */
export function useRoom(spaceId: string, userId: string): { room: Room; state: SpaceState } {
  const [room] = useState(
    () =>
      new Room({
        spaceId,
        userId,
        connection: { url: liveUrl(spaceId), whyRefused: () => whyRefused(spaceId) },
      }),
  );
  useEffect(() => {
    room.start();
    return () => room.stop();
  }, [room]);
  const state = useSyncExternalStore(room.subscribe, room.getSnapshot);
  return { room, state };
}

function liveUrl(spaceId: string): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/live?space=${encodeURIComponent(spaceId)}`;
}

/** The code that shuts the door, or undefined when only the line is down. */
async function whyRefused(spaceId: string): Promise<string | undefined> {
  try {
    const space = await api.space(spaceId);
    return space.open ? undefined : space.closed_reason || "access_lost";
  } catch (failure) {
    const isRefusal = failure instanceof ApiFailure && [401, 403, 404].includes(failure.status);
    return isRefusal ? failure.code : undefined;
  }
}
