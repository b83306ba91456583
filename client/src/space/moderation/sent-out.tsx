/** Who is out of this space now, under the list of people, and the way back in. For adults. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { dateAndClock } from "../../time";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { useFailureWords } from "../../ui/state";
import { colourOf } from "../roster";
import type { SpaceState } from "../state";
import { letIn, removals } from "./calls";

const LOOK_AGAIN_MS = 30_000;

export function SentOut({ spaceId, state }: { spaceId: string; state: SpaceState }) {
  const { t, i18n } = useTranslation();
  const failureWords = useFailureWords();
  const { timezone } = usePerson().school;
  const queries = useQueryClient();
  const found = useQuery({ queryKey: ["removals", spaceId], queryFn: () => removals(spaceId), refetchInterval: LOOK_AGAIN_MS });
  const lift = useMutation({
    mutationFn: (userId: string) => letIn(spaceId, userId),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["removals", spaceId] }),
  });
  if (!found.data?.length) return null;
  return (
    <section className="sent-out" aria-labelledby="sent-out">
      <h3 id="sent-out">{t("safeguarding.out.title")}</h3>
      <ul>
        {found.data.map((each) => (
          <li key={each.user_id} className="people__person">
            <Avatar person={each} colour={colourOf(state.schools, each.school_id)} size={32} />
            <bdi>{each.name}</bdi>
            <span className="soft">
              {each.until
                ? t("safeguarding.out.until", { time: dateAndClock(new Date(each.until), timezone, formatLocale(i18n.language)) })
                : t("safeguarding.out.open")}
            </span>
            <Button look="quiet" isPending={lift.isPending} onPress={() => lift.mutate(each.user_id)}>
              {t("safeguarding.out.letIn")}
            </Button>
          </li>
        ))}
      </ul>
      {lift.isError && <p role="alert">{failureWords(lift.error)}</p>}
    </section>
  );
}
