/** The notes as they stand in this page: a ProseMirror view of the shared document, and what can be done in it. */
import { baseKeymap, chainCommands, exitCode, setBlockType, toggleMark } from "prosemirror-commands";
import { inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { DOMSerializer, type MarkType, type Node, type NodeType } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { EditorState, Plugin, type Command, type Transaction } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { redo, undo, ySyncPlugin, ySyncPluginKey, yUndoPlugin, yUndoPluginKey, yXmlFragmentToProseMirrorRootNode } from "y-prosemirror";
import * as Y from "yjs";
import type { BoardTransport, PersonOf } from "../../board";
import { BoardProvider } from "../../board/provider";
import { Store } from "../../board/store";
import { cursorsOf } from "./cursors";
import { isEmpty, misfit, schema } from "./schema";

export const ROOT = "notes";

export const ACTIONS = [
  "heading", "subheading", "strong", "em", "underline", "highlight", "bullet_list", "ordered_list", "undo", "redo",
] as const;
export type Action = (typeof ACTIONS)[number];

export interface Look {
  /** What holds where the person writes. */
  readonly on: ReadonlySet<Action>;
  readonly can: ReadonlySet<Action>;
  readonly isEmpty: boolean;
  /** The last change did not fit and was not made. */
  readonly misfit: "full" | "deep" | undefined;
}

const { nodes, marks } = schema;
const BLOCKS: Partial<Record<Action, NodeType>> = { heading: nodes.heading, subheading: nodes.subheading };
const LISTS: Partial<Record<Action, NodeType>> = { bullet_list: nodes.bullet_list, ordered_list: nodes.ordered_list };
const MARKS: Partial<Record<Action, MarkType>> = {
  strong: marks.strong, em: marks.em, underline: marks.underline, highlight: marks.highlight,
};

export interface EditorWords {
  label: string;
}

export class NotesEditor {
  readonly provider: BoardProvider;
  readonly look = new Store<Look>({ on: new Set(), can: new Set(), isEmpty: true, misfit: undefined });
  readonly #holder: HTMLElement;
  readonly #personOf: PersonOf;
  readonly #leave: () => void;
  #label = "";
  #mayWrite = false;
  #view!: EditorView;

  constructor(holder: HTMLElement, transport: BoardTransport, personOf: PersonOf) {
    this.#holder = holder;
    this.#personOf = personOf;
    this.provider = new BoardProvider(transport, {
      onDocument: () => {
        this.#view.destroy();
        this.#open();
      },
      onCursors: () => undefined,
      onLive: () => undefined,
    });
    this.provider.isReadOnly = true;
    this.#open();
    this.provider.connect();
    this.#leave = this.provider.connection.subscribe(() => this.#refresh());
  }

  destroy(): void {
    this.#leave();
    this.#view.destroy();
    this.provider.destroy();
  }

  set label(label: string) {
    this.#label = label;
    this.#refresh();
  }

  set mayWrite(mayWrite: boolean) {
    this.#mayWrite = mayWrite;
    this.provider.isReadOnly = !mayWrite;
    this.#refresh();
  }

  /** Another of those who share this device writes from now on: what the one before wrote is not theirs to undo. */
  writeAs(actor: string | undefined): void {
    this.provider.writeAs(actor);
    const history = yUndoPluginKey.getState(this.#view.state) as { undoManager: Y.UndoManager } | undefined;
    history?.undoManager.clear();
    this.#refresh();
  }

  do(action: Action): void {
    this.#commandOf(action)(this.#view.state, this.#view.dispatch, this.#view);
    this.#view.focus();
  }

  focus(): void {
    this.#view.focus();
  }

  /** Write what an old version held, as any other change: what is the same stays, and it can be undone. */
  replaceWith(old: Node): void {
    const { state } = this.#view;
    this.#view.dispatch(state.tr.replaceWith(0, state.doc.content.size, old.content));
  }

  #open(): void {
    const fragment = this.provider.doc.getXmlFragment(ROOT);
    const show = () => this.#show();
    let isMade = false;
    this.#view = new EditorView(this.#holder, {
      state: EditorState.create({
        schema,
        plugins: [
          ySyncPlugin(fragment) as Plugin,
          yUndoPlugin() as Plugin,
          cursorsOf(this.provider.awareness, this.#personOf),
          new Plugin({ filterTransaction: (transaction) => this.#fits(transaction) }),
          rules(),
          keymap(KEYS),
          keymap(baseKeymap),
        ],
      }),
      editable: () => this.#mayWrite && this.provider.connection.get().synced,
      attributes: () => ({
        class: "notes-text", role: "textbox", "aria-multiline": "true", "aria-label": this.#label, dir: "auto", tabindex: "0",
        ...(this.#mayWrite ? {} : { "aria-readonly": "true" }),
      }),
      dispatchTransaction(this: EditorView, transaction) {
        this.updateState(this.state.apply(transaction));
        if (isMade) show();
      },
    });
    isMade = true;
    show();
  }

  #refresh(): void {
    this.#view.setProps({});
    this.#show();
  }

  /** What comes from the others is in the document already; what is done here has to fit. */
  #fits(transaction: Transaction): boolean {
    if (!transaction.docChanged || transaction.getMeta(ySyncPluginKey) !== undefined) return true;
    const problem = misfit(transaction.doc);
    const isWorse = problem !== undefined && transaction.doc.content.size > transaction.before.content.size;
    this.look.patch({ misfit: isWorse ? problem : undefined });
    return !isWorse;
  }

  #commandOf(action: Action): Command {
    const { state } = this.#view;
    const block = BLOCKS[action];
    if (block) return setBlockType(isIn(state, block) ? nodes.paragraph : block);
    const list = LISTS[action];
    if (list) return isIn(state, list) ? liftListItem(nodes.list_item) : wrapInList(list);
    const mark = MARKS[action];
    if (mark) return toggleMark(mark);
    return (now) => (action === "undo" ? undo(now) : redo(now));
  }

  #show(): void {
    const { state } = this.#view;
    const on = new Set<Action>();
    const can = new Set<Action>();
    const history = yUndoPluginKey.getState(state) as { undoManager: Y.UndoManager } | undefined;
    for (const action of ACTIONS) {
      if (isOn(state, action)) on.add(action);
      const may = action === "undo" ? history?.undoManager.canUndo()
        : action === "redo" ? history?.undoManager.canRedo()
        : this.#commandOf(action)(state);
      if (this.#view.editable && may) can.add(action);
    }
    const old = this.look.get();
    const isSame = same(old.on, on) && same(old.can, can);
    this.look.patch({ ...(isSame ? {} : { on, can }), isEmpty: isEmpty(state.doc) });
  }
}

function same(one: ReadonlySet<Action>, other: ReadonlySet<Action>): boolean {
  return one.size === other.size && [...one].every((action) => other.has(action));
}

function isIn(state: EditorState, type: NodeType): boolean {
  const { $from } = state.selection;
  // The innermost list counts: a numbered list in a plain one is numbered.
  for (let depth = $from.depth; depth > 0; depth--) {
    const here = $from.node(depth).type;
    if (here === type) return true;
    if (here === nodes.bullet_list || here === nodes.ordered_list) return false;
  }
  return false;
}

function isOn(state: EditorState, action: Action): boolean {
  const type = BLOCKS[action] ?? LISTS[action];
  if (type) return isIn(state, type);
  const mark = MARKS[action];
  if (!mark) return false;
  const { from, to, empty, $from } = state.selection;
  return empty ? Boolean(mark.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, mark);
}

const enter: Command = (state, dispatch, view) =>
  chainCommands(splitListItem(nodes.list_item), liftListItem(nodes.list_item))(state, dispatch, view);

// Tab stays the way out of the text: lists are indented by brackets.
const KEYS: Record<string, Command> = {
  "Mod-b": toggleMark(marks.strong),
  "Mod-i": toggleMark(marks.em),
  "Mod-u": toggleMark(marks.underline),
  "Mod-Shift-h": toggleMark(marks.highlight),
  "Mod-z": (state) => undo(state),
  "Mod-y": (state) => redo(state),
  "Shift-Mod-z": (state) => redo(state),
  "Mod-]": sinkListItem(nodes.list_item),
  "Mod-[": liftListItem(nodes.list_item),
  "Mod-Enter": exitCode,
  Enter: (state, dispatch, view) => (state.selection.$from.node(-1)?.type === nodes.list_item ? enter(state, dispatch, view) : false),
};

function rules(): Plugin {
  return inputRules({
    rules: [
      wrappingInputRule(/^\s*[-*]\s$/, nodes.bullet_list),
      wrappingInputRule(/^\s*1[.)]\s$/, nodes.ordered_list),
      textblockTypeInputRule(/^#\s$/, nodes.heading),
      textblockTypeInputRule(/^##\s$/, nodes.subheading),
    ],
  });
}

/** What a version of the history holds. */
export function readVersion(state: Uint8Array): Node {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  return yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(ROOT), schema);
}

export function paint(node: Node): DocumentFragment {
  return DOMSerializer.fromSchema(schema).serializeFragment(node.content) as DocumentFragment;
}
