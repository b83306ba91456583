/** The tablets of a class-room: making this one such a device, and taking one back. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { nobodyHere } from "../../api";
import { devicesOf, makeDevice, revokeDevice, type ClassroomDevice } from "../../devices/calls";
import { formatLocale } from "../../i18n";
import { clearOutboxes } from "../../space/outbox";
import { Button } from "../../ui/button";
import { Confirm } from "../../ui/confirm";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Form } from "../../ui/form";
import { Section } from "../../ui/parts";
import { Failed, Skeleton } from "../../ui/state";
import { useReturn } from "../school/frame";

const NAME_LIMIT = 60;

export function ClassDevices({ classId, onSaid }: { classId: string; onSaid(words: string): void }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const found = useQuery({ queryKey: ["class-devices", classId], queryFn: () => devicesOf(classId) });
  const [isMaking, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<ClassroomDevice>();
  const day = new Intl.DateTimeFormat(formatLocale(i18n.language), { dateStyle: "medium" });
  return (
    <Section title={t("devices.ofClass")} aside={<Button onPress={() => setMaking(true)}>{t("devices.make")}</Button>}>
      <p className="soft">{t("devices.ofClassHow")}</p>
      {found.isPending ? (
        <Skeleton blocks={["line"]} />
      ) : found.isError ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        found.data.length > 0 && (
          <ul className="lines">
            {found.data.map((device) => (
              <li key={device.id} className="line">
                <bdi>{device.name}</bdi>
                <span className="soft">
                  {device.last_used_at
                    ? t("devices.usedOn", { day: day.format(new Date(device.last_used_at)) })
                    : t("devices.neverUsed")}
                </span>
                <Button look="quiet" onPress={() => setLeaving(device)} aria-label={t("devices.takeBackOf", { name: device.name })}>
                  {t("devices.takeBack")}
                </Button>
              </li>
            ))}
          </ul>
        )
      )}
      {isMaking && <MakeQuestion classId={classId} onClose={() => setMaking(false)} />}
      {leaving && (
        <RevokeQuestion
          classId={classId}
          device={leaving}
          onClose={() => setLeaving(undefined)}
          onDone={() => {
            setLeaving(undefined);
            onSaid(t("devices.takenBack", { name: leaving.name }));
            void queries.invalidateQueries({ queryKey: ["class-devices", classId] });
          }}
        />
      )}
    </Section>
  );
}

function MakeQuestion({ classId, onClose }: { classId: string; onClose(): void }) {
  useReturn();
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: () => makeDevice(classId, name.trim()),
    onSuccess: (made) => {
      // From here on this is the tablet of the children: nothing of whoever made it stays.
      clearOutboxes();
      go("/");
      queries.setQueryData(["session"], nobodyHere({ device: made.name }));
    },
  });
  return (
    <Question
      isOpen
      title={t("devices.make")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="device-form" isPending={make.isPending}>
            {t("devices.makeIt")}
          </Button>
        </>
      }
    >
      <Form id="device-form" error={make.error} onSubmit={() => (make.isPending ? undefined : make.mutate())}>
        <p>{t("devices.makeText")}</p>
        <Field label={t("devices.name")} hint={t("devices.nameHint")} value={name} onChange={setName} maxLength={NAME_LIMIT} required />
      </Form>
    </Question>
  );
}

interface RevokeProps {
  classId: string;
  device: ClassroomDevice;
  onClose(): void;
  onDone(): void;
}

function RevokeQuestion({ classId, device, onClose, onDone }: RevokeProps) {
  useReturn();
  const { t } = useTranslation();
  const revoke = useMutation({ mutationFn: () => revokeDevice(classId, device.id), onSuccess: onDone });
  return (
    <Confirm
      isOpen
      title={t("devices.takeBackOf", { name: device.name })}
      doIt={t("devices.takeBack")}
      isDanger
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <p>{t("devices.takeBackText")}</p>
    </Confirm>
  );
}
