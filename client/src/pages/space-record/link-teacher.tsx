/** Who answers for a project at my school, and naming somebody else. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { holds } from "../../ui/choices";
import { ComboField } from "../../ui/combo";
import { Actions, Form } from "../../ui/form";
import { Said, Section } from "../../ui/parts";
import { Failed } from "../../ui/state";
import { colleagues, nameLinkTeacher, type SpaceRecord } from "./calls";
import { useRecordMove } from "./use-record-move";

export function LinkTeacher({ record }: { record: SpaceRecord }) {
  const { t, i18n } = useTranslation();
  const { school } = usePerson();
  const current = record.schools.find((each) => each.school.id === school.id)?.link_teacher;
  const [isOpen, setOpen] = useState(false);
  const [said, say] = useState("");
  return (
    <Section title={t("spaceRecord.linkTitle")}>
      <p className="soft">{t("spaceRecord.linkLead")}</p>
      <p>{current ? t("spaceRecord.linkNow", { name: current.name }) : t("spaceRecord.noLink")}</p>
      <Said>{said}</Said>
      {isOpen ? (
        <NameLink
          record={record}
          currentId={current?.user_id}
          language={i18n.language}
          onDone={(name) => {
            setOpen(false);
            say(name && t("spaceRecord.linkDone", { name }));
          }}
        />
      ) : (
        <Actions>
          <Button onPress={() => setOpen(true)}>{t(current ? "spaceRecord.handOver" : "spaceRecord.nameLink")}</Button>
        </Actions>
      )}
    </Section>
  );
}

interface NameLinkProps {
  record: SpaceRecord;
  currentId: string | undefined;
  language: string;
  onDone(name: string): void;
}

function NameLink({ record, currentId, language, onDone }: NameLinkProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [userId, setUser] = useState("");
  const staff = useQuery({ queryKey: ["link-candidates"], queryFn: colleagues });
  const people = (staff.data ?? []).filter((each) => each.id !== currentId);
  const hand = useRecordMove(
    record.id,
    (id: string) => nameLinkTeacher(record.id, id),
    () => onDone(people.find((each) => each.id === userId)?.name ?? ""),
  );
  if (staff.isError) return <Failed error={staff.error} onRetry={() => void staff.refetch()} />;
  return (
    <Form
      error={hand.error}
      onSubmit={() => {
        if (!userId) return { user_id: t("spaceRecord.chooseWho") };
        if (!hand.isPending) hand.mutate(userId);
      }}
    >
      <ComboField
        label={t("spaceRecord.who")}
        name="user_id"
        options={people
          .filter((each) => holds(each.name, search, language))
          .map((each) => ({ value: each.id, label: each.name, hint: each.posts.map((post) => wordsFor(t, "post", post, "post.teacher")).join(" · ") }))}
        value={userId}
        onChange={setUser}
        onSearch={setSearch}
        isSearching={staff.isPending}
      />
      <Actions>
        <Button look="primary" type="submit" isPending={hand.isPending}>
          {t("spaceRecord.nameDo")}
        </Button>
        <Button onPress={() => onDone("")}>{t("app.cancel")}</Button>
      </Actions>
    </Form>
  );
}
