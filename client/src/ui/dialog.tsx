/** A question over the page. Escape, or its way out, always leads back. */
import type { ReactNode } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";

export interface QuestionProps {
  isOpen: boolean;
  title: string;
  children: ReactNode;
  actions: ReactNode;
  onClose(): void;
}

export function Question({ isOpen, title, children, actions, onClose }: QuestionProps) {
  return (
    <ModalOverlay className="veil" isOpen={isOpen} isDismissable onOpenChange={(open) => open || onClose()}>
      <Modal className="dialog">
        <Dialog className="dialog__body">
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
          <div className="dialog__actions">{actions}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
