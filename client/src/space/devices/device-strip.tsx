/** Several at this device: who of them writes, answers and raises a hand now, and what the device does without. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Radio } from "react-aria-components/RadioGroup";
import { RadioGroup } from "react-aria-components/RadioGroup";
import { useTranslation } from "react-i18next";
import SharingEntry from "../../devices/sharing-entry";
import "../../devices/devices.css";
import { wordsFor } from "../../i18n";
import { Avatar } from "../../ui/avatar";
import type { Room } from "../room";
import { colourOf } from "../roster";
import type { SpaceState } from "../state";
import { actorOf } from "./known";

const SHOWN_LOSSES = ["media:publish.video", "media:publish.audio"] as const;

export default function DeviceStrip({ room, state }: { room: Room; state: SpaceState }) {
  const { t } = useTranslation();
  const { mine } = state.devices;
  const queries = useQueryClient();
  const here = mine && [...mine.device.user_ids, ...(mine.device.left_out ?? []).map(({ user_id }) => user_id)].join();
  // Somebody came or went, perhaps taken off by an adult: what the sign-in knows of it is old.
  useEffect(() => () => void queries.invalidateQueries({ queryKey: ["session"] }), [queries, here]);
  if (!mine) return null;
  const people = mine.device.user_ids.flatMap((id) => state.people.get(id) ?? []);
  const lacking = SHOWN_LOSSES.filter((grant) => mine.missing.some(({ grants }) => grants.includes(grant)));
  return (
    <section className="device-strip" aria-label={t("devices.title")}>
      {people.length > 1 && (
        <RadioGroup className="device-strip__group" aria-label={t("devices.acting")} value={actorOf(state) ?? null} onChange={(id) => room.actAs(id)}>
          <span aria-hidden="true">{t("devices.acting")}</span>
          <div className="device-strip__who">
            {people.map((person) => (
              <Radio key={person.user_id} value={person.user_id} className="device-strip__one">
                <Avatar person={person} colour={colourOf(state.schools, person.school_id)} size={32} />
                <bdi>{person.name}</bdi>
                {person.user_id === actorOf(state) && (
                  <svg className="device-strip__tick" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
                    <path d="M5 12l5 5l9-10" />
                  </svg>
                )}
              </Radio>
            ))}
          </div>
        </RadioGroup>
      )}
      <SharingEntry isShort />
      <div role="status" className="device-strip__said">
        {(mine.device.left_out ?? []).map((each) => (
          <p key={each.user_id}>
            {t("devices.leftOut", { name: each.name })} {wordsFor(t, "devices.because", each.reason, "devices.because.other")}
          </p>
        ))}
        {lacking.map((grant) => (
          <p key={grant}>{t(grant === "media:publish.video" ? "devices.noCamera" : "devices.noMicrophone")}</p>
        ))}
      </div>
    </section>
  );
}
