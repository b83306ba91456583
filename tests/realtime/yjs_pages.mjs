/**
 * Pages of stock Yjs clients, for the tests: documents, undo managers and y-protocols as any client uses
 * them. The sockets are the test's: board messages go over standard input and output.
 *
 * Both ways: u32 length of the rest, u8 page, u8 kind (0 board message, 1 JSON), body. Every JSON request
 * is answered by one JSON reply, in order.
 */

import { createRequire } from "node:module";

const require = createRequire(process.argv[2]);
const Y = require("yjs");
const sync = require("y-protocols/sync");
const awareness = require("y-protocols/awareness");
const encoding = require("lib0/encoding");
const decoding = require("lib0/decoding");

const SYNC = 0;
const AWARENESS = 1;
const MINE = "mine";
const MAKING = "making";

function write(page, kind, body) {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(body.length + 2, 0);
  head[4] = page;
  head[5] = kind;
  process.stdout.write(Buffer.concat([head, body]));
}

class Page {
  constructor(index, userId) {
    this.index = index;
    this.userId = userId;
    this.connected = false;
    this.doc = new Y.Doc();
    this.elements = this.doc.getMap("elements");
    this.notes = this.doc.getXmlFragment("notes");
    this.notesUndo = new Y.UndoManager(this.notes, { trackedOrigins: new Set([MINE]), captureTimeout: 0 });
    this.undo = new Y.UndoManager(this.elements, {
      trackedOrigins: new Set([MINE]), captureTimeout: 0, ignoreRemoteMapChanges: true,
    });
    this.awareness = new awareness.Awareness(this.doc);
    this.doc.on("update", (update, origin) => {
      if (origin === this) return;
      this.send((encoder) => {
        encoding.writeVarUint(encoder, SYNC);
        sync.writeUpdate(encoder, update);
      });
    });
  }

  send(fill) {
    if (!this.connected) return;
    const encoder = encoding.createEncoder();
    fill(encoder);
    write(this.index, 0, Buffer.from(encoding.toUint8Array(encoder)));
  }

  receive(data) {
    const decoder = decoding.createDecoder(data);
    const kind = decoding.readVarUint(decoder);
    if (kind === SYNC) {
      const reply = encoding.createEncoder();
      encoding.writeVarUint(reply, SYNC);
      sync.readSyncMessage(decoder, reply, this.doc, this);
      if (encoding.length(reply) > 1) write(this.index, 0, Buffer.from(encoding.toUint8Array(reply)));
    } else if (kind === AWARENESS) {
      awareness.applyAwarenessUpdate(this.awareness, decoding.readVarUint8Array(decoder), this);
    }
  }

  connect() {
    this.connected = true;
    this.send((encoder) => {
      encoding.writeVarUint(encoder, SYNC);
      sync.writeSyncStep1(encoder, this.doc);
    });
    this.send((encoder) => {
      encoding.writeVarUint(encoder, AWARENESS);
      const state = awareness.encodeAwarenessUpdate(this.awareness, [this.doc.clientID]);
      encoding.writeVarUint8Array(encoder, state);
    });
  }

  add(key) {
    this.doc.transact(() => {
      const element = new Y.Map();
      const fields = { by: this.userId, kind: "pen", x: 0, y: 0, gone: true, text: "" };
      for (const [name, value] of Object.entries(fields)) element.set(name, value);
      element.set("points", new Uint8Array([1, 2, 3]));
      this.elements.set(key, element);
    }, MAKING);
    this.set(key, { gone: false });
  }

  set(key, fields) {
    this.doc.transact(() => {
      for (const [name, value] of Object.entries(fields)) this.elements.get(key).set(name, value);
    }, MINE);
  }

  /** Some honest edits, by chance. */
  edit(count, label) {
    const pick = (list) => list[Math.floor(Math.random() * list.length)];
    for (let at = 0; at < count; at++) {
      const keys = [...this.elements.keys()];
      const what = pick(["add", "set", "set", "set", "burst", "gone", "undo", "undo", "redo", "whole"]);
      if (what === "add" || keys.length === 0) this.add(`${this.index}-${label}-${at}`);
      else if (what === "set") this.set(pick(keys), { [pick(["x", "y", "dx", "text"])]: `${label}-${at}` });
      else if (what === "burst") for (let n = 0; n < 5; n++) this.set(pick(keys), { x: n, text: `${n}` });
      else if (what === "gone") this.set(pick(keys), { gone: pick([true, false]) });
      else if (what === "undo") this.undo.undo();
      else if (what === "redo") this.undo.redo();
      else {
        this.send((encoder) => {
          encoding.writeVarUint(encoder, SYNC);
          sync.writeSyncStep2(encoder, this.doc);
        });
      }
    }
  }

  /** Some honest edits of the notes, by chance. */
  write(count, label) {
    const pick = (list) => list[Math.floor(Math.random() * list.length)];
    // Never into the middle of a letter that takes two units: no browser puts a caret there.
    const whole = (text, at) => {
      const unit = text.toDelta().map((part) => part.insert).join("").charCodeAt(at);
      return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
    };
    const within = (text) => whole(text, Math.floor(Math.random() * (text.length + 1)));
    for (let at = 0; at < count; at++) {
      const texts = [...this.notes.createTreeWalker((each) => each instanceof Y.XmlText)];
      const what = pick(["add", "list", "type", "type", "type", "mark", "erase", "remove", "undo", "redo", "whole"]);
      const text = pick(texts);
      this.doc.transact(() => {
        if (what === "add" || !text) {
          const block = new Y.XmlElement(pick(["paragraph", "heading", "subheading"]));
          block.insert(0, [new Y.XmlText(`${label}-${at}`)]);
          this.notes.insert(Math.floor(Math.random() * (this.notes.length + 1)), [block]);
        } else if (what === "list") {
          const [list, item, block] = [pick(["bullet_list", "ordered_list"]), "list_item", "paragraph"].map(
            (name) => new Y.XmlElement(name),
          );
          block.insert(0, [new Y.XmlText(`${label}`)]);
          item.insert(0, [block]);
          list.insert(0, [item]);
          this.notes.insert(0, [list]);
        } else if (what === "type") text.insert(within(text), pick(["a", "bc ", "\u0646\u0647\u0631", "\u{1f30a}"]));
        else if (what === "mark" && text.length > 0) {
          const from = within(text);
          if (from < text.length) text.format(from, text.length - from, { [pick(["strong", "em", "underline", "highlight"])]: pick([{}, null]) });
        } else if (what === "erase" && text.length > 0) {
          const from = within(text);
          text.delete(from, whole(text, Math.min(text.length, from + 3)) - from);
        } else if (what === "remove" && this.notes.length > 1) {
          this.notes.delete(Math.floor(Math.random() * this.notes.length), 1);
        }
      }, MINE);
      if (what === "undo") this.notesUndo.undo();
      else if (what === "redo") this.notesUndo.redo();
      else if (what === "whole") {
        this.send((encoder) => {
          encoding.writeVarUint(encoder, SYNC);
          sync.writeSyncStep2(encoder, this.doc);
        });
      }
    }
  }

  state() {
    const plain = (_, value) =>
      value instanceof Uint8Array ? [...value] : typeof value === "bigint" ? Number(value) : value;
    return JSON.parse(JSON.stringify(this.elements.toJSON(), plain));
  }
}

const pages = new Map();

function answer(index, request) {
  const page = pages.get(index);
  switch (request.do) {
    case "open":
      pages.set(index, new Page(index, request.userId));
      return {};
    case "connect":
      return page.connect() ?? {};
    case "disconnect":
      page.connected = false;
      return {};
    case "edit":
      return page.edit(request.count, request.label) ?? {};
    case "write":
      return page.write(request.count, request.label) ?? {};
    case "read":
      return { notes: page.notes.toString() };
    case "state":
      return { elements: page.state(), states: [...page.awareness.getStates()] };
    case "apply": {
      // What the server would send on, to a page that has nothing yet.
      const doc = new Y.Doc();
      const elements = doc.getMap("elements");
      for (const update of request.updates) Y.applyUpdate(doc, new Uint8Array(Buffer.from(update, "base64")));
      return {
        vector: [...Y.decodeStateVector(Y.encodeStateVector(doc))],
        fields: Object.fromEntries([...elements].map(([key, entry]) => [key, [...entry.keys()].sort()])),
        pending: doc.store.pendingStructs !== null || doc.store.pendingDs !== null,
      };
    }
    default:
      throw new Error(`no such request: ${request.do}`);
  }
}

let input = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  input = Buffer.concat([input, chunk]);
  while (input.length >= 4 && input.length >= 4 + input.readUInt32BE(0)) {
    const end = 4 + input.readUInt32BE(0);
    const [page, kind, body] = [input[4], input[5], input.subarray(6, end)];
    input = input.subarray(end);
    if (kind === 0) {
      pages.get(page).receive(new Uint8Array(body));
      continue;
    }
    let reply;
    try {
      reply = answer(page, JSON.parse(body.toString()));
    } catch (error) {
      reply = { error: String(error) };
    }
    write(page, 1, Buffer.from(JSON.stringify(reply)));
  }
});
process.stdin.on("end", () => process.exit(0));
