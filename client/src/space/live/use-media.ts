import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { MediaSession } from "../../live/session";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { watchOf } from "../supervision";
import type { Media } from "./media";

const subscribeToNothing = () => () => undefined;

/**
 * The live session of this page, from the first join until the door closes or the page is left.
 *
 * It outlives breaks of the line (it hears `space.joined` itself), and it lets go of camera and microphone
 * the moment the person is shut out.
 */
export function useMedia(room: Room, state: SpaceState, schoolId: string): Media {
  const [session, setSession] = useState<MediaSession>();
  const isInside = state.space !== undefined && state.line !== "closed";

  useEffect(() => {
    if (!isInside) return;
    let isOver = false;
    let made: MediaSession | undefined;
    void import("../../live/session").then(({ MediaSession }) => {
      const { userId, tracks, iceServers, grants } = room.getSnapshot();
      if (isOver || !userId) return;
      made = new MediaSession({ signalling: room.channel, userId, tracks, iceServers, grants });
      setSession(made);
      void made.watch(true);
    });
    return () => {
      isOver = true;
      made?.close();
      setSession(undefined);
    };
    // In another room camera and microphone are off on entry, as in every room.
  }, [room, isInside, state.at]);

  // A hold takes camera and microphone away; when the adult is back, what was on is on again by itself.
  const isHeld = watchOf(state, schoolId) === "held";
  const wasHeld = useRef(isHeld);
  useEffect(() => {
    if (wasHeld.current && !isHeld) void session?.resume();
    wasHeld.current = isHeld;
  }, [isHeld, session]);

  const media = useSyncExternalStore(session?.subscribe ?? subscribeToNothing, () => session?.getSnapshot());
  return useMemo(
    () => ({
      state: media,
      preview: async () => (await session?.preview(["camera"])) ?? null,
      endPreview: () => void session?.endPreview(),
      // What goes wrong stands in `state.problem`, where the live bar shows it.
      setMicrophone: async (on) =>
        (await session?.setMicrophone(on).then(
          () => true,
          () => false,
        )) ?? false,
      setCamera: (on) =>
        void session
          ?.setCamera(on)
          .catch(() => undefined)
          .then(() => session.endPreview()),
      watch: (on) => void session?.watch(on).catch(() => undefined),
    }),
    [media, session],
  );
}
