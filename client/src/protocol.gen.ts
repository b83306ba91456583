// Generated from realtime/protocol.py. Do not edit: run `npm run generate`.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AccessUpdate
         * @description What this person may do here has changed; the server already acts on it.
         */
        AccessUpdate: {
            grants: string[];
            /** @enum {unknown} */
            type: "access.update";
        };
        /** BoardInfo */
        BoardInfo: {
            /** Format: uuid */
            id: string;
            position: number;
            title: string;
        };
        /**
         * BoardOpen
         * @description Open a board page; from its reply on, binary frames in both directions belong to that page.
         */
        BoardOpen: {
            /** Format: uuid */
            board_id: string;
            ref: number;
            /** @enum {unknown} */
            type: "board.open";
        };
        /** BoardOpened */
        BoardOpened: {
            /** Format: uuid */
            board_id: string;
            can_edit: boolean;
            ref: number;
            /** @enum {unknown} */
            type: "board.opened";
        };
        /**
         * ChatAck
         * @description The message is stored under `seq`. It also arrives as `chat.posted`, before or after this.
         */
        ChatAck: {
            /** Format: uuid */
            client_id: string;
            ref: number;
            seq: number;
            /** @enum {unknown} */
            type: "chat.ack";
        };
        /**
         * ChatHistory
         * @description Stored messages in the order of `seq`, without a gap. A long history comes in several of these.
         */
        ChatHistory: {
            messages: components["schemas"]["ChatMessage"][];
            /** @enum {unknown} */
            type: "chat.history";
        };
        /** ChatMessage */
        ChatMessage: {
            author: components["schemas"]["Person"];
            /** Format: uuid */
            client_id: string;
            /** Format: uuid */
            id: string;
            sent_at: string;
            seq: number;
            text: string;
        };
        /**
         * ChatPost
         * @description Say something. Sending the same `client_id` again changes nothing and is answered alike.
         */
        ChatPost: {
            /** Format: uuid */
            client_id: string;
            ref: number;
            text: string;
            /** @enum {unknown} */
            type: "chat.post";
        };
        /** ChatPosted */
        ChatPosted: {
            message: components["schemas"]["ChatMessage"];
            /** @enum {unknown} */
            type: "chat.posted";
        };
        /**
         * ChatTyping
         * @description This person is writing a message. Sent again every 3 seconds at most while they go on.
         */
        ChatTyping: {
            /** @enum {unknown} */
            type: "chat.typing";
        };
        /**
         * ChatWriting
         * @description Who is writing now, whole, each time it changes: the first 8. Somebody's message ends their writing.
         */
        ChatWriting: {
            /** @enum {unknown} */
            type: "chat.writing";
            user_ids: string[];
        };
        ClientFrame: components["schemas"]["Hello"] | components["schemas"]["SpaceJoin"] | components["schemas"]["ChatPost"] | components["schemas"]["ChatTyping"] | components["schemas"]["BoardOpen"] | components["schemas"]["MediaPublish"] | components["schemas"]["MediaWatch"] | components["schemas"]["MediaAnswer"] | components["schemas"]["MediaPause"];
        /**
         * CloseCode
         * @description 4000-4499: come back by yourself. 4500-4999: do not, until a person acts.
         * @enum {unknown}
         */
        CloseCode: 4000 | 4001 | 4002 | 4500 | 4501 | 4502 | 4503 | 4504 | 4505;
        /**
         * Error
         * @description A request failed, or (without `ref`) something sent could not be used. The socket stays open.
         */
        Error: {
            code: components["schemas"]["ErrorCode"];
            detail: string;
            /** @default null */
            ref: number | null;
            /** @enum {unknown} */
            type: "error";
        };
        /**
         * ErrorCode
         * @description Stable codes of `error` frames and of close reasons. The client words them for the person.
         * @enum {unknown}
         */
        ErrorCode: "bad_frame" | "board_read_only" | "board_refused" | "media_failed" | "not_allowed" | "not_found" | "not_joined" | "too_fast" | "too_large" | "unavailable" | "unknown_frame";
        /**
         * Hello
         * @description The first frame. Another version closes with `WRONG_VERSION`.
         */
        Hello: {
            protocol: number;
            /** @enum {unknown} */
            type: "hello";
        };
        /**
         * IceServer
         * @description A TURN server for networks that let nothing else through; credentials are short-lived.
         */
        IceServer: {
            /** @default  */
            credential: string;
            urls: string[];
            /** @default  */
            username: string;
        };
        /**
         * MediaAnswer
         * @description The answer to the `media.offer` of the same `offer_id`.
         */
        MediaAnswer: {
            offer_id: number;
            sdp: string;
            /** @enum {unknown} */
            type: "media.answer";
        };
        /**
         * MediaOffer
         * @description What the server will send; answer with `media.answer`. `tracks` carry their `mid`.
         */
        MediaOffer: {
            offer_id: number;
            sdp: string;
            tracks: components["schemas"]["MediaTrack"][];
            /** @enum {unknown} */
            type: "media.offer";
        };
        /**
         * MediaPause
         * @description Stop receiving one track for now (a hidden tile, a poor line), or start again.
         */
        MediaPause: {
            paused: boolean;
            track_id: string;
            /** @enum {unknown} */
            type: "media.pause";
        };
        /**
         * MediaPublish
         * @description The browser's offer for what it sends; the reply is `media.published`.
         *
         *         Sent again with a new offer when a track is added or switched off (direction `inactive`).
         */
        MediaPublish: {
            ref: number;
            sdp: string;
            /** @enum {unknown} */
            type: "media.publish";
        };
        /**
         * MediaPublished
         * @description The answer to `media.publish`.
         */
        MediaPublished: {
            ref: number;
            sdp: string;
            tracks: components["schemas"]["MediaTrack"][];
            /** @enum {unknown} */
            type: "media.published";
        };
        /**
         * MediaSpeaker
         * @description Who speaks now, if anyone.
         */
        MediaSpeaker: {
            /** @enum {unknown} */
            type: "media.speaker";
            user_id: string | null;
        };
        /**
         * MediaTrack
         * @description One published track. `mid` names the line of the offer that carries it to this client.
         */
        MediaTrack: {
            id: string;
            kind: string;
            /** @default null */
            mid: string | null;
            /** Format: uuid */
            user_id: string;
        };
        /**
         * MediaTracks
         * @description Who publishes what in the space, whole, each time it changes.
         */
        MediaTracks: {
            tracks: components["schemas"]["MediaTrack"][];
            /** @enum {unknown} */
            type: "media.tracks";
        };
        /**
         * MediaWatch
         * @description Start (or stop) receiving what the others publish; offers follow as `media.offer`.
         */
        MediaWatch: {
            on: boolean;
            ref: number;
            /** @enum {unknown} */
            type: "media.watch";
        };
        /**
         * Ok
         * @description The request `ref` was done and has nothing else to say.
         */
        Ok: {
            ref: number;
            /** @enum {unknown} */
            type: "ok";
        };
        /**
         * Person
         * @description Someone in the space. `name` is a student's alias or a staff member's display name.
         */
        Person: {
            avatar: string;
            class_name: string;
            kind: string;
            name: string;
            /** Format: uuid */
            school_id: string;
            /** Format: uuid */
            user_id: string;
        };
        /**
         * PresenceDiff
         * @description Who came and who went since the last frame about it. A person with two pages open is one.
         *
         *         `schools`: of people who joined, those that `space.joined` may not have named (a visitor's).
         */
        PresenceDiff: {
            /** @default [] */
            joined: components["schemas"]["Person"][];
            /** @default [] */
            left: string[];
            /** @default [] */
            schools: components["schemas"]["SchoolInfo"][];
            /** @enum {unknown} */
            type: "presence.diff";
        };
        /**
         * PresenceState
         * @description Everyone who is here; from then on `presence.diff` says what changes.
         */
        PresenceState: {
            people: components["schemas"]["Person"][];
            /** @enum {unknown} */
            type: "presence.state";
        };
        /**
         * @description Sent in `hello`; the server closes a page that speaks another.
         * @constant
         */
        ProtocolVersion: 2;
        /**
         * SchoolInfo
         * @description A school as it is shown in a space. `colour` (0-7) is its place in the partnership.
         */
        SchoolInfo: {
            colour: number;
            country: string;
            /** Format: uuid */
            id: string;
            name: string;
            short_name: string;
            timezone: string;
        };
        ServerFrame: components["schemas"]["Welcome"] | components["schemas"]["Ok"] | components["schemas"]["Error"] | components["schemas"]["SpaceJoined"] | components["schemas"]["PresenceState"] | components["schemas"]["PresenceDiff"] | components["schemas"]["ChatHistory"] | components["schemas"]["ChatPosted"] | components["schemas"]["ChatWriting"] | components["schemas"]["ChatAck"] | components["schemas"]["BoardOpened"] | components["schemas"]["AccessUpdate"] | components["schemas"]["MediaPublished"] | components["schemas"]["MediaTracks"] | components["schemas"]["MediaOffer"] | components["schemas"]["MediaSpeaker"];
        /** SpaceInfo */
        SpaceInfo: {
            /** Format: uuid */
            id: string;
            kind: string;
            name: string;
            /** Format: uuid */
            partnership_id: string;
            partnership_name: string;
        };
        /**
         * SpaceJoin
         * @description Enter a space. With `last_seq` the answer holds only what came after it.
         */
        SpaceJoin: {
            /** @default null */
            last_seq: number | null;
            ref: number;
            /** Format: uuid */
            space_id: string;
            /** @enum {unknown} */
            type: "space.join";
        };
        /**
         * SpaceJoined
         * @description The space as it is now: what is this person's own. `presence.state` and `chat.history` follow at once.
         *
         *         The messages from `from_seq` to `seq` come in `chat.history`; none, when `from_seq` is `seq` + 1. When
         *         `from_seq` is greater than the client's `last_seq` + 1, or `seq` is less than it, drop what is shown.
         */
        SpaceJoined: {
            boards: components["schemas"]["BoardInfo"][];
            from_seq: number;
            grants: string[];
            ice_servers: components["schemas"]["IceServer"][];
            ref: number;
            schools: components["schemas"]["SchoolInfo"][];
            seq: number;
            space: components["schemas"]["SpaceInfo"];
            tracks: components["schemas"]["MediaTrack"][];
            /** @enum {unknown} */
            type: "space.joined";
        };
        /** Welcome */
        Welcome: {
            connection_id: string;
            protocol: number;
            /** @enum {unknown} */
            type: "welcome";
            /** Format: uuid */
            user_id: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
