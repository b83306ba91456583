/** For staff: who sits at the device of somebody else, and may not be in this space. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import type { SpaceState } from "../state";
import TakeOffDialog, { type TakingOff } from "./take-off-dialog";

export default function DeviceNotes({ state }: { state: SpaceState }) {
  const { t } = useTranslation();
  const mySchoolId = usePerson().school.id;
  const [leaving, setLeaving] = useState<TakingOff>();
  return (
    <>
      <ul className="people__notes" role="status">
        {state.devices.all.flatMap((device) => {
          // They are classmates: of the same school.
          const owner = state.people.get(device.user_ids[0] ?? "");
          const friend = owner?.name ?? "";
          return (device.left_out ?? []).map(({ user_id, name }) => (
            <li key={`${device.user_ids[0]} ${user_id}`} className="notice">
              <p>{t("devices.stillThere", { name, friend })}</p>
              {owner?.school_id === mySchoolId && (
                <Button look="quiet" onPress={() => setLeaving({ userId: user_id, name, friend })}>
                  {t("devices.takeOff")}
                  <span className="visually-hidden">{name}</span>
                </Button>
              )}
            </li>
          ));
        })}
      </ul>
      {leaving && <TakeOffDialog spaceId={state.at} {...leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}
