/** The front door of a device of a class-room: the class's aliases at once, and a small way out. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure } from "../../api";
import { classOfDevice } from "../../devices/calls";
import "../../devices/devices.css";
import { Failed, Skeleton } from "../../ui/state";
import { ClassSteps } from "./class-steps";

export function DeviceDoor({ name, onLeave }: { name: string; onLeave(): void }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["class-of-device"], queryFn: classOfDevice, retry: false });
  const isNone = found.error instanceof ApiFailure && found.error.status === 404;
  // It was taken back, or its class is over: the door is the one of any other device.
  useEffect(() => {
    if (isNone) onLeave();
  }, [isNone, onLeave]);
  if (found.isPending || isNone) return <Skeleton blocks={["title", "card"]} />;
  if (found.isError) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <>
      <ClassSteps roster={found.data} leave={t("devices.elsewhere")} onLeave={onLeave} />
      <p className="soft device-name">
        <bdi>{name}</bdi>
      </p>
    </>
  );
}
