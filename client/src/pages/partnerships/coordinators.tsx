/** Who coordinates, handing the seat over, and filling an empty one. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { Actions, Form } from "../../ui/form";
import { Badge, Section } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { handOver, type Colleague, type Coordinator, type PartnershipDetail } from "./calls";
import { dayOf } from "./moments";
import { PersonField } from "./person-field";
import { Unfold, useFold } from "./unfold";
import { useChange } from "./use-change";
import { useSaid } from "./use-said";

export function Coordinators({ record }: { record: PartnershipDetail }) {
  const { t } = useTranslation();
  const person = usePerson();
  const [said, say] = useSaid();
  const isHead = person.roles.includes("headteacher");
  const mayHandOver = (seat: Coordinator) =>
    record.may.includes("hand_over") && (seat.user_id === person.id || (isHead && seat.school_id === person.school.id));
  return (
    <Section title={t("partnerships.coordinators")}>
      <p className="soft">{t(record.kind === "cluster" ? "life.seat.whyCluster" : "life.seat.whyPair")}</p>
      {record.coordinators.length === 0 ? (
        <p>{t("partnerships.noCoordinators")}</p>
      ) : (
        <ul className="lines">
          {record.coordinators.map((seat) => (
            <Seat key={seat.user_id} record={record} seat={seat} mayHandOver={mayHandOver(seat)} onDone={say} />
          ))}
        </ul>
      )}
      {said}
      {record.may.includes("step_in") && (
        <Unfold label={t("life.seat.fill")} title={t("life.seat.fill")}>
          {(close) => (
            <SeatForm
              record={record}
              from={null}
              fits={(each) => each.school_id === person.school.id}
              hint={t("life.seat.fillHint")}
              onClose={close}
              onDone={(words) => {
                close();
                say(words);
              }}
            />
          )}
        </Unfold>
      )}
    </Section>
  );
}

interface SeatProps {
  record: PartnershipDetail;
  seat: Coordinator;
  mayHandOver: boolean;
  onDone(words: string): void;
}

function Seat({ record, seat, mayHandOver, onDone }: SeatProps) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const fold = useFold();
  const school = record.memberships.find((each) => each.school.id === seat.school_id)?.school;
  const leads = new Set(record.memberships.filter(({ role, status }) => role === "lead" && status === "accepted").map((each) => each.school.id));
  return (
    <li className="person-line">
      <div className="person-line__text">
        <p className="person-line__name">
          <bdi>{seat.name}</bdi>
          {seat.disabled && <Badge tone="danger">{t("life.seat.closed")}</Badge>}
        </p>
        {school && <SchoolName school={school} />}
        <p className="soft">{t("partnerships.since", { date: dayOf(seat.since, timezone, formatLocale(i18n.language)) })}</p>
      </div>
      {mayHandOver && !fold.isOpen && (
        <div className="person-line__do">
          <Button ref={fold.opener} onPress={fold.open}>{t("life.seat.handOver")}</Button>
        </div>
      )}
      {fold.isOpen && (
        <div className="card unfold person-line__form" ref={fold.panel}>
          <SeatForm
            record={record}
            from={seat.user_id}
            fits={(each) =>
              each.user_id !== seat.user_id && (record.kind === "cluster" ? leads.has(each.school_id) : each.school_id === seat.school_id)
            }
            hint={t(record.kind === "cluster" ? "life.seat.toCluster" : "life.seat.toPair")}
            onClose={fold.close}
            onDone={(words) => {
              fold.close();
              onDone(words);
            }}
          />
        </div>
      )}
    </li>
  );
}

interface SeatFormProps {
  record: PartnershipDetail;
  /** Who holds the seat; null while it is empty. */
  from: string | null;
  fits(person: Colleague): boolean;
  hint: string;
  onClose(): void;
  onDone(words: string): void;
}

function SeatForm({ record, from, fits, hint, onClose, onDone }: SeatFormProps) {
  const { t } = useTranslation();
  const [to, setTo] = useState({ id: "", name: "" });
  const seated = new Set(record.coordinators.filter(({ disabled }) => !disabled).map((each) => each.user_id));
  const give = useChange(
    record.id,
    () => handOver(record.id, from, to.id),
    ({ warnings }) => {
      const isAbroad = warnings.includes("outside_home_country");
      onDone([t("life.seat.done", { name: to.name }), ...(isAbroad ? [t("life.seat.abroad")] : [])].join(" "));
    },
  );
  return (
    <Form
      error={give.error}
      onSubmit={() => {
        if (!to.id) return { to: t("life.missing.person") };
        give.mutate(undefined);
      }}
    >
      <PersonField
        partnershipId={record.id}
        label={t("life.seat.to")}
        name="to"
        fits={(person) => fits(person) && !seated.has(person.user_id)}
        value={to.id}
        onChange={(id, person) => setTo({ id, name: person?.name ?? "" })}
        hint={hint}
      />
      <Actions>
        <Button look="primary" type="submit" isPending={give.isPending}>
          {t(from ? "life.seat.handOver" : "life.seat.fillDo")}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t("app.cancel")}
        </Button>
      </Actions>
    </Form>
  );
}
