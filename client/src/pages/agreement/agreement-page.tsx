/** The agreement of a partnership: what is in force, what is proposed, and the head's signature. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure } from "../../api";
import { FileLink, Said, Section } from "../../ui/parts";
import { Page, useTitle } from "../../ui/page";
import { SchoolName } from "../../ui/school";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { partnership } from "../partnerships/calls";
import { Acts, type Act } from "./acts";
import { AssentSteps, Signatures } from "./assents";
import { agreement, paperOf, type Agreement, type LiveVersion } from "./calls";
import { Changes } from "./changes";
import { History, VersionMark } from "./history";
import { Terms } from "./terms";
import { useDate, useMoment } from "./words";
import "./agreement.css";

export function AgreementPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const record = useQuery({ queryKey: ["partnership", id], queryFn: () => partnership(id) });
  const found = useQuery({ queryKey: ["agreement", id], queryFn: () => agreement(id) });
  const title = t("agreement.title");
  const heading = useTitle(record.data ? `${title}: ${record.data.name}` : title);
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;
  return (
    <Page
      title={title}
      heading={
        <div>
          {record.data && (
            <p>
              <Link href={`/partnerships/${id}`}>
                <bdi>{record.data.name}</bdi>
              </Link>
            </p>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "title", "card", "card"]} />
      ) : !found.data ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Whole id={id} agreement={found.data} />
      )}
    </Page>
  );
}

function Whole({ id, agreement }: { id: string; agreement: Agreement }) {
  const { t } = useTranslation();
  const date = useDate();
  const [done, setDone] = useState<Act>();
  const { in_force: inForce, proposed, schools } = agreement;
  const mayPropose = agreement.may.includes("propose");
  const write = (look: "primary" | "secondary") => (
    <Link href={`/partnerships/${id}/agreement/new`} className={`button button--${look}`}>
      {t(inForce ?? proposed ? "agreement.change" : "agreement.write")}
    </Link>
  );
  return (
    <>
      <Said tone={done === "withdraw" ? "danger" : "good"}>{done && said()}</Said>
      {agreement.is_review_due && inForce && (
        <p className="notice">{t("agreement.reviewDue", { date: date(inForce.review_on) })}</p>
      )}
      {agreement.is_needed && !inForce && <p className="notice">{t("agreement.needed")}</p>}
      {!inForce && !proposed && (
        <Empty title={t("agreement.emptyTitle")}>
          {t(mayPropose ? "agreement.emptyMay" : "agreement.emptyText")}
        </Empty>
      )}
      {!inForce && !proposed && mayPropose && <div className="actions">{write("primary")}</div>}
      {proposed && <Proposed id={id} agreement={agreement} proposed={proposed} onDone={setDone} />}
      {inForce && <InForce id={id} agreement={agreement} version={inForce} onDone={setDone} />}
      {(inForce || proposed) && mayPropose && (
        <Section title={t("agreement.changeTitle")}>
          <p>{t("agreement.changeText")}</p>
          <div className="actions">{write("secondary")}</div>
        </Section>
      )}
      {agreement.versions.length > 0 && <History id={id} schools={schools} />}
    </>
  );

  /** What was just done may have brought the version into force. */
  function said(): string {
    if (done === "sign" && !proposed) return t("agreement.said.begun");
    return t(`agreement.said.${done ?? "agree"}`);
  }
}

interface PartProps {
  id: string;
  agreement: Agreement;
  onDone(act: Act): void;
}

function Proposed({ id, agreement, proposed, onDone }: PartProps & { proposed: LiveVersion }) {
  const { t, i18n } = useTranslation();
  const { in_force: inForce, schools } = agreement;
  const waiting = schools.filter(({ id: schoolId }) => proposed.waiting.includes(schoolId));
  return (
    <Section
      title={t("agreement.proposedNumber", { number: proposed.number })}
      aside={<VersionMark status={proposed.status} />}
    >
      {proposed.may.length === 0 && waiting.length > 0 && (
        <p className="waits">
          {t("agreement.waitsFor")}
          {waiting.map((school) => (
            <SchoolName key={school.id} school={school} />
          ))}
        </p>
      )}
      <Acts id={id} version={proposed} isNeeded={agreement.is_needed} onDone={onDone}>
        <FileLink href={paperOf(id, proposed.number, i18n.language)}>{t("agreement.paper")}</FileLink>
      </Acts>
      <AssentSteps version={proposed} schools={schools} />
      {inForce ? (
        <>
          <h3>{t("agreement.changedFrom", { from: inForce.number, to: proposed.number })}</h3>
          <Changes id={id} from={inForce.number} to={proposed.number} schools={schools} />
          <details className="fold">
            <summary>{t("agreement.readWhole", { number: proposed.number })}</summary>
            <Terms text={proposed.text} schools={schools} />
          </details>
        </>
      ) : (
        <Terms text={proposed.text} schools={schools} />
      )}
    </Section>
  );
}

function InForce({ id, agreement, version, onDone }: PartProps & { version: LiveVersion }) {
  const { t, i18n } = useTranslation();
  const moment = useMoment();
  const { schools } = agreement;
  return (
    <Section title={t("agreement.inForceNumber", { number: version.number })} aside={<VersionMark status={version.status} />}>
      {version.in_force_at && <p className="soft">{t("agreement.inForceSince", { when: moment(version.in_force_at) })}</p>}
      <Signatures version={version} schools={schools} />
      <Terms text={version.text} schools={schools} />
      <Acts id={id} version={version} isNeeded={agreement.is_needed} onDone={onDone}>
        <FileLink href={paperOf(id, version.number, i18n.language)}>{t("agreement.paper")}</FileLink>
      </Acts>
    </Section>
  );
}
