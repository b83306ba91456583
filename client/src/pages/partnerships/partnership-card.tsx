/** One partnership on the board. */
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { wordsFor } from "../../i18n";
import { SchoolName } from "../../ui/school";
import { Sparkline } from "../../ui/sparkline";
import { WorldMap } from "../../ui/world-map";
import type { BoardPartnership, BoardSpace } from "./calls";
import { OpenRules } from "./checklist";
import { StatusMark } from "./status-mark";

export function PartnershipCard({ item }: { item: BoardPartnership }) {
  const { t } = useTranslation();
  const invited = item.members.filter(({ status }) => status === "invited");
  return (
    <li className="card glance">
      <div className="glance__head">
        <div>
          <h2 className="entry__name">
            <Link href={`/partnerships/${item.id}`}>
              <bdi>{item.name}</bdi>
            </Link>
          </h2>
          <p className="soft">
            {wordsFor(t, "kind", item.kind, "kind.cluster")} · <bdi>{item.programme_name}</bdi>
            {item.coordinates && ` · ${t("life.board.mine")}`}
          </p>
        </div>
        <StatusMark status={item.status} />
      </div>
      {item.status_reason && <p>{t("partnerships.why", { reason: item.status_reason })}</p>}
      {item.kind === "cluster" ? (
        <WorldMap
          label={t("life.board.map", { name: item.name })}
          schools={item.members.map(({ school, latitude, longitude, role, status }) => ({ ...school, latitude, longitude, role, status }))}
          note={({ role, status }) => (
            <span className="soft">
              {wordsFor(t, "role", role, "role.partner")}
              {status === "invited" && ` · ${t("membership.invited")}`}
            </span>
          )}
        />
      ) : (
        <ul className="schools">
          {item.members.map(({ school }) => (
            <li key={school.id}>
              <SchoolName school={school} />
            </li>
          ))}
        </ul>
      )}
      <OpenRules rules={item.rules} invited={invited.map(({ school }) => school.name)} />
      {item.spaces.length > 0 && (
        <div className="lives">
          {item.spaces.map((space) => (
            <SpaceLife key={space.id} item={item} space={space} />
          ))}
        </div>
      )}
    </li>
  );
}

/** Messages and board updates of each school, week by week: never of a person. */
function SpaceLife({ item, space }: { item: BoardPartnership; space: BoardSpace }) {
  const { t } = useTranslation();
  const rows = item.members
    .filter(({ status }) => status === "accepted")
    .map(({ school }) => {
      const life = space.life.find(({ school_id }) => school_id === school.id);
      return { school, weeks: (life?.messages ?? NO_WEEKS).map((count, week) => count + (life?.board_updates[week] ?? 0)) };
    });
  const most = Math.max(0, ...rows.flatMap(({ weeks }) => weeks));
  return (
    <section className="life" aria-label={space.name}>
      <div>
        <h3>
          <Link href={`/spaces/${space.id}/record`}>
            <bdi>{space.name}</bdi>
          </Link>
        </h3>
        <p className="soft">{wordsFor(t, "spaceKind", space.kind, "spaceKind.project")}</p>
      </div>
      <ul className="life__schools">
        {rows.map(({ school, weeks }) => (
          <li key={school.id} className="life__school">
            <SchoolName school={school} isShort />
            <Sparkline label={t("life.board.lifeOf", { school: school.name })} weeks={weeks} colour={school.colour} most={most} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The server leaves out a school that did nothing in all these weeks. */
const NO_WEEKS: readonly number[] = new Array<number>(8).fill(0);
