/** What staff who run a lesson can do about one person in it. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { PersonItems, PersonMenuItem } from "../person-menu";
import type { Room } from "../room";
import type { SpaceState } from "../state";
import { useAsking } from "./use-lesson";

const NOBODY: PersonItems = () => [];

export function useLessonItems(room: Room, state: SpaceState): PersonItems {
  const { t } = useTranslation();
  const { ask } = useAsking(room);
  const mayRun = state.grants.includes("space:moderate") && state.line === "joined";
  const { lesson, tracks, userId } = state;
  return useMemo(() => {
    if (!mayRun) return NOBODY;
    return (person) => {
      const { user_id } = person;
      const items: PersonMenuItem[] = [];
      const add = (id: string, frame: Parameters<typeof ask>[0]) =>
        items.push({ id, label: t(`running.person.${id}`), onAction: () => ask(frame) });
      if (lesson.hands.includes(user_id)) add("lowerHand", { type: "hand.lower", user_id });
      if (person.kind === "student") {
        const isMuted = lesson.muted.includes(user_id);
        const isSpeaking = tracks.some((track) => track.user_id === user_id && track.kind === "audio");
        if (isSpeaking) add("silence", { type: "person.silence", user_id });
        add(isMuted ? "unmute" : "mute", { type: "person.mute", user_id, device: "microphone", on: !isMuted });
        const hasNone = lesson.without_camera.includes(user_id);
        add(hasNone ? "allowCamera" : "cameraOff", { type: "person.mute", user_id, device: "camera", on: !hasNone });
      }
      if (lesson.spotlight === user_id) add("spotlightOff", { type: "spotlight.set", user_id: null });
      else if (user_id !== userId || lesson.phase !== "open") add("spotlight", { type: "spotlight.set", user_id });
      return items;
    };
  }, [mayRun, lesson, tracks, userId, t, ask]);
}
