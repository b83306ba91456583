/** The spaces of a partnership: those in use, those that are kept, and opening one. */
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { Badge, Section } from "../../ui/parts";
import { Empty } from "../../ui/state";
import type { PartnershipDetail, SpaceItem } from "./calls";
import { OpenSpace, kindsFor } from "./open-space";
import { Unfold } from "./unfold";
import { useSaid } from "./use-said";

export function Spaces({ record, takesPart }: { record: PartnershipDetail; takesPart: boolean }) {
  const { t } = useTranslation();
  const me = usePerson();
  const [said, say] = useSaid();
  const inUse = record.spaces.filter(({ archived_at }) => archived_at === null);
  const kept = record.spaces.filter(({ archived_at }) => archived_at !== null);
  const kinds = kindsFor(record, me.id);
  return (
    <>
      <Section title={t("partnerships.spaces")}>
        {inUse.length === 0 ? (
          <Empty title={t("life.spaces.noneTitle")}>{t(record.status === "active" ? "life.spaces.none" : "partnerships.noSpaces")}</Empty>
        ) : (
          <SpaceLines record={record} spaces={inUse} takesPart={takesPart} />
        )}
        {said}
        {kinds.length > 0 && (
          <Unfold label={t("life.open.button")} title={t("life.open.button")} look={inUse.length === 0 ? "primary" : "secondary"}>
            {(close) => (
              <OpenSpace
                record={record}
                kinds={kinds}
                onClose={close}
                onDone={(name) => {
                  close();
                  say(t("life.open.done", { name }));
                }}
              />
            )}
          </Unfold>
        )}
      </Section>
      {kept.length > 0 && (
        <Section title={t("life.spaces.kept")}>
          <p className="soft">{t("life.spaces.keptWhy")}</p>
          <SpaceLines record={record} spaces={kept} takesPart={takesPart} />
        </Section>
      )}
    </>
  );
}

function SpaceLines({ record, spaces, takesPart }: { record: PartnershipDetail; spaces: readonly SpaceItem[]; takesPart: boolean }) {
  const { t } = useTranslation();
  return (
    <ul className="lines">
      {spaces.map((space) => (
        <li key={space.id} className="person-line">
          <div className="person-line__text">
            <p className="person-line__name">
              {takesPart ? (
                <Link href={`/spaces/${space.id}/record`}>
                  <bdi>{space.name}</bdi>
                </Link>
              ) : (
                <bdi>{space.name}</bdi>
              )}
              {space.archived_at && <Badge>{t("life.spaces.archived")}</Badge>}
            </p>
            <p className="soft">{wordsFor(t, "spaceKind", space.kind, "spaceKind.project")}</p>
          </div>
          {takesPart && record.status === "active" && space.mine && (
            <div className="person-line__do">
              <Link className="button button--secondary" href={`/spaces/${space.id}`} aria-label={t("today.goInto", { space: space.name })}>
                {t("today.goIn")}
              </Link>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
