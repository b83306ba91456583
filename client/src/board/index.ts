/** The shared board. Loaded when a space is opened, not before. */

export { Board, type BoardHandle, type BoardProps } from "./Board";
export type { BoardElement } from "./elements";
export type { BoardPerson, PersonOf } from "./overlay";
export type { BoardTransport, TransportStatus } from "./wire";
