/** "Somebody else is here too": a student's way to share this device with classmates. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api";
import { Button } from "../ui/button";
import "./devices.css";

const SharingDialog = lazy(() => import("./sharing-dialog"));

/** @param isShort only the button: who is here is seen already. */
export default function SharingEntry({ isShort = false }: { isShort?: boolean }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const session = useQuery({ queryKey: ["session"], queryFn: api.session, staleTime: Infinity });
  const others = session.data?.companions ?? [];
  return (
    <div className="sharing">
      {others.length > 0 && !isShort && (
        <p>{t("devices.with", { names: others.map(({ alias }) => alias).join(", ") })}</p>
      )}
      <Button onPress={() => setOpen(true)}>{t(others.length > 0 ? "devices.change" : "devices.more")}</Button>
      {isOpen && (
        <Suspense fallback={null}>
          <SharingDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
