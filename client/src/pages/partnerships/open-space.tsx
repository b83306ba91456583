/** Opening a space: what kind, its name, and which of my school's classes come in. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { CheckGroup, RadioGroupField } from "../../ui/choices";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { openSpace, type PartnershipDetail, type SpaceKind } from "./calls";
import { useChange } from "./use-change";

/** The kinds that this person could open here now. */
export function kindsFor(record: PartnershipDetail, myId: string): SpaceKind[] {
  if (!record.may.includes("open_space")) return [];
  const kinds: SpaceKind[] = ["project"];
  if (record.may.includes("open_cluster_wide")) kinds.push("cluster_wide");
  if (record.coordinators.some((seat) => seat.user_id === myId)) kinds.push("staff_room");
  return kinds;
}

interface OpenSpaceProps {
  record: PartnershipDetail;
  kinds: readonly SpaceKind[];
  onClose(): void;
  onDone(name: string): void;
}

export function OpenSpace({ record, kinds, onClose, onDone }: OpenSpaceProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<SpaceKind>(kinds[0] ?? "project");
  const [name, setName] = useState("");
  const [classes, setClasses] = useState<string[]>([]);
  const hasClasses = kind !== "staff_room";
  const open = useChange(
    record.id,
    () => openSpace({ partnership_id: record.id, kind, name: name.trim(), class_ids: hasClasses ? classes : [] }),
    () => onDone(name.trim()),
  );
  return (
    <Form
      error={open.error}
      onSubmit={() => {
        const missing = {
          ...(name.trim() ? {} : { name: t("life.missing.spaceName") }),
          ...(kind === "project" && classes.length === 0 ? { class_ids: t("life.missing.class") } : {}),
        };
        if (Object.keys(missing).length > 0) return missing;
        open.mutate(undefined);
      }}
    >
      <RadioGroupField
        label={t("life.open.kind")}
        name="kind"
        value={kind}
        options={kinds.map((value) => ({ value, label: t(`spaceKind.${value}`), hint: t(`life.open.kindHint.${value}`) }))}
        onChange={setKind}
      />
      <Field label={t("life.open.name")} name="name" value={name} onChange={setName} maxLength={120} hint={t("life.open.nameHint")} />
      {hasClasses && (
        <CheckGroup
          label={t("life.open.classes")}
          name="class_ids"
          options={record.my_classes.map((each) => ({ value: each.id, label: each.name }))}
          values={classes}
          onChange={setClasses}
          hint={t(record.my_classes.length === 0 ? "life.open.noClasses" : "life.open.classesHint")}
        />
      )}
      <Actions>
        <Button look="primary" type="submit" isPending={open.isPending}>
          {t("life.open.button")}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t("app.cancel")}
        </Button>
      </Actions>
    </Form>
  );
}
