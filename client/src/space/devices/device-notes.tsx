/** For staff: who sits at the device of somebody else, and may not be in this space. */
import { useTranslation } from "react-i18next";
import type { SpaceState } from "../state";

export default function DeviceNotes({ state }: { state: SpaceState }) {
  const { t } = useTranslation();
  return (
    <ul className="people__notes" role="status">
      {state.devices.all.flatMap((device) =>
        (device.left_out ?? []).map((each) => (
          <li key={`${device.user_ids[0]} ${each.user_id}`} className="notice">
            {t("devices.stillThere", {
              name: each.name,
              friend: state.people.get(device.user_ids[0] ?? "")?.name ?? "",
            })}
          </li>
        )),
      )}
    </ul>
  );
}
