/** Every version there ever was, the newest first. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { Badge, Section, type Tone } from "../../ui/parts";
import { PagedList, usePaged } from "../../ui/paged";
import { DataTable } from "../../ui/table";
import { Button } from "../../ui/button";
import { given } from "./assents";
import { agreement, paperOf, type AgreementSchool, type VersionItem } from "./calls";
import { Changes } from "./changes";
import { useDate, useMoment } from "./words";

const TONES: Readonly<Record<string, Tone>> = { proposed: "wait", in_force: "good", withdrawn: "danger" };

export function VersionMark({ status }: { status: string }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[status] ?? "quiet"}>{wordsFor(t, "version", status, "version.replaced")}</Badge>;
}

export function History({ id, schools }: { id: string; schools: readonly AgreementSchool[] }) {
  const { t, i18n } = useTranslation();
  const moment = useMoment();
  const date = useDate();
  const [compared, setCompared] = useState<number>();
  const paged = usePaged<VersionItem>(["agreement-versions", id], async (cursor) => {
    const page = await agreement(id, cursor);
    return { items: page.versions, next: page.next };
  });
  const shortOf = (schoolId: string) => schools.find((school) => school.id === schoolId)?.short_name ?? t("agreement.goneSchool");
  return (
    <Section title={t("agreement.history")}>
      <PagedList paged={paged} empty={<p className="soft">{t("agreement.noVersions")}</p>}>
        {(items) => (
          <div className="versions">
            <DataTable
              caption={t("agreement.history")}
              rows={items}
              rowKey={(item) => String(item.number)}
              columns={[
                { key: "number", title: t("agreement.version"), isName: true, cell: (item) => t("agreement.versionNumber", { number: item.number }) },
                { key: "status", title: t("agreement.state"), cell: (item) => <VersionMark status={item.status} /> },
                {
                  key: "proposed",
                  title: t("agreement.proposed"),
                  cell: (item) => (
                    <>
                      <bdi>{item.proposed_by}</bdi>, {moment(item.proposed_at)}
                    </>
                  ),
                },
                {
                  key: "signed",
                  title: t("agreement.signedBy"),
                  cell: (item) => given(item, "signed").map((assent) => shortOf(assent.school_id)).join(", ") || t("agreement.nobodyYet"),
                },
                { key: "ends", title: t("agreement.section.expires_on"), cell: (item) => date(item.expires_on) },
                {
                  key: "look",
                  title: t("agreement.look"),
                  isActions: true,
                  cell: (item) => (
                    <div className="actions">
                      {item.number > 1 && (
                        <Button
                          look="quiet"
                          aria-expanded={compared === item.number}
                          aria-label={t("agreement.changedIn", { number: item.number })}
                          onPress={() => setCompared(compared === item.number ? undefined : item.number)}
                        >
                          {t("agreement.changed")}
                        </Button>
                      )}
                      <a
                        className="button button--quiet"
                        href={paperOf(id, item.number, i18n.language)}
                        download=""
                        aria-label={t("agreement.paperOf", { number: item.number })}
                      >
                        PDF
                      </a>
                    </div>
                  ),
                },
              ]}
            />
          </div>
        )}
      </PagedList>
      {compared !== undefined && (
        <Section title={t("agreement.changedFrom", { from: compared - 1, to: compared })}>
          <Changes id={id} from={compared - 1} to={compared} schools={schools} />
        </Section>
      )}
    </Section>
  );
}
