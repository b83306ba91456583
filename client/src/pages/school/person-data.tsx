/** What is stored of one person: handed out as a file, or erased for good. */
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client, take, type Me } from "../../api";
import { Confirm } from "../../ui/confirm";

export type DataAct = "export" | "erase";

/** Who answers for the data of their school. */
export function answersForData(person: Me): boolean {
  return person.roles.some((role) => role === "administrator" || role === "headteacher" || role === "safeguarding_lead");
}

const ofPerson = (id: string) => ({ params: { path: { user_id: id } } });
const CALLS: Record<DataAct, (id: string) => Promise<unknown>> = {
  export: async (id) => save(await take<Blob>(client.POST("/api/people/{user_id}/export", { ...ofPerson(id), parseAs: "blob" })), `person-${id}.zip`),
  erase: (id) => take(client.POST("/api/people/{user_id}/erasure", ofPerson(id))),
};

/** The answer to a POST cannot be a link: the browser is handed the bytes. */
function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

interface PersonDataQuestionProps {
  act: DataAct;
  person: { id: string; name: string };
  onDone(): void;
  onClose(): void;
}

export function PersonDataQuestion({ act, person, onDone, onClose }: PersonDataQuestionProps) {
  const { t } = useTranslation();
  const make = useMutation({ mutationFn: () => CALLS[act](person.id), onSuccess: onDone });
  return (
    <Confirm
      isOpen
      title={t(`personData.${act}.title`, { name: person.name })}
      doIt={t(`personData.${act}.do`)}
      isDanger={act === "erase"}
      isPending={make.isPending}
      error={make.error}
      onConfirm={() => make.mutate()}
      onClose={onClose}
    >
      <p>{t(`personData.${act}.text`)}</p>
    </Confirm>
  );
}
