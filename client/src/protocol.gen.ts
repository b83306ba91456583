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
        /**
         * BalanceShare
         * @description A school's part of one measure.
         */
        BalanceShare: {
            percent: number;
            value: number;
        };
        /**
         * BalanceState
         * @description The balance of the lesson that runs: whole, about every 10 seconds while it changes.
         *
         *         Sent to adults who run the space, in the space itself and in its groups, and to nobody else.
         */
        BalanceState: {
            /** Format: uuid */
            lesson_id: string;
            schools: components["schemas"]["SchoolBalance"][];
            /** @enum {unknown} */
            type: "balance.state";
        };
        /**
         * BoardInfo
         * @description A page of the board, or the notes.
         */
        BoardInfo: {
            /** Format: uuid */
            id: string;
            /** @default false */
            is_prepared: boolean;
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
         * ChatChanged
         * @description Messages that changed, and those that were said meanwhile, as they are now, by `seq`.
         */
        ChatChanged: {
            after: number;
            messages: components["schemas"]["ChatMessage"][];
            seq: number;
            /** @enum {unknown} */
            type: "chat.changed";
        };
        /**
         * ChatDelete
         * @description Delete a message for everyone: one's own (a student for 15 minutes), or, as a moderator, any.
         */
        ChatDelete: {
            /** @default null */
            as_id: string | null;
            /** Format: uuid */
            message_id: string;
            ref: number;
            /** @enum {unknown} */
            type: "chat.delete";
        };
        /**
         * ChatEdit
         * @description Change one's own message, for 15 minutes. Answered by `ok`; the change comes as `chat.changed`.
         */
        ChatEdit: {
            /** @default null */
            as_id: string | null;
            /** Format: uuid */
            message_id: string;
            ref: number;
            text: string;
            /** @enum {unknown} */
            type: "chat.edit";
        };
        /**
         * ChatHeld
         * @description The answer to `chat.post` of a message that waits for an adult. Its author alone is told.
         *
         *         Sent again, it is answered alike: `state` says what has become of it.
         */
        ChatHeld: {
            /** Format: uuid */
            client_id: string;
            /** Format: uuid */
            held_id: string;
            reasons: components["schemas"]["HeldReason"][];
            ref: number;
            /** @default waiting */
            state: components["schemas"]["HeldState"];
            /** @enum {unknown} */
            type: "chat.held";
        };
        /**
         * ChatHistory
         * @description Stored messages as they are now, by `seq`. A long history comes in several of these.
         *
         *         Those up to the `last_seq` of the join have changed since; pass over those that are not shown. When the
         *         answer starts anew, those before `from_seq` are pinned ones.
         */
        ChatHistory: {
            after: number;
            messages: components["schemas"]["ChatMessage"][];
            seq: number;
            /** @enum {unknown} */
            type: "chat.history";
        };
        /**
         * ChatMessage
         * @description A message as it is now. Of the same message, the one with the higher `changed_seq` is the newer.
         */
        ChatMessage: {
            /** @default false */
            announced: boolean;
            author: components["schemas"]["Person"];
            /** @default 0 */
            changed_seq: number;
            /** Format: uuid */
            client_id: string;
            /** @default null */
            deleted: components["schemas"]["DeletedBy"] | null;
            /** @default null */
            edited_at: string | null;
            /** Format: uuid */
            id: string;
            /** @default false */
            pinned: boolean;
            /** @default [] */
            reactions: components["schemas"]["Reaction"][];
            /** @default null */
            reply_to: string | null;
            sent_at: string;
            seq: number;
            text: string;
        };
        /**
         * ChatMode
         * @description What happens to messages before they are told; the same as in the records.
         * @enum {unknown}
         */
        ChatMode: "all_held" | "filtered" | "open" | "students_held";
        /**
         * ChatModeChanged
         * @description How the chat of this space is moderated now. Comes with each join, and when it changes.
         *
         *         `students_wait`: every message of a student waits, be it for the mode or because they work alone now.
         */
        ChatModeChanged: {
            mode: components["schemas"]["ChatMode"];
            students_wait: boolean;
            /** @enum {unknown} */
            type: "chat.mode.changed";
        };
        /**
         * ChatPin
         * @description Pin a message for all to see, or take it down. For moderators; at most 10 are pinned.
         */
        ChatPin: {
            /** Format: uuid */
            message_id: string;
            on: boolean;
            ref: number;
            /** @enum {unknown} */
            type: "chat.pin";
        };
        /**
         * ChatPost
         * @description Say something. Sending the same `client_id` again changes nothing and is answered alike.
         */
        ChatPost: {
            /** @default null */
            as_id: string | null;
            /** Format: uuid */
            client_id: string;
            ref: number;
            /** @default null */
            reply_to: string | null;
            text: string;
            /** @enum {unknown} */
            type: "chat.post";
        };
        /**
         * ChatPosted
         * @description A new message: everything from `after` up to its `seq`.
         */
        ChatPosted: {
            after: number;
            message: components["schemas"]["ChatMessage"];
            /** @enum {unknown} */
            type: "chat.posted";
        };
        /**
         * ChatReact
         * @description React to a message, or take a reaction back.
         */
        ChatReact: {
            /** @default null */
            as_id: string | null;
            kind: components["schemas"]["ReactionKind"];
            /** Format: uuid */
            message_id: string;
            on: boolean;
            ref: number;
            /** @enum {unknown} */
            type: "chat.react";
        };
        /**
         * ChatRefused
         * @description An adult did not let a message of this person through.
         */
        ChatRefused: {
            /** Format: uuid */
            client_id: string;
            /** Format: uuid */
            held_id: string;
            /** @enum {unknown} */
            type: "chat.refused";
        };
        /**
         * ChatSetMode
         * @description Choose how the chat of this space and its groups is moderated. For moderators. Answered by `ok`.
         */
        ChatSetMode: {
            mode: components["schemas"]["ChatMode"];
            ref: number;
            /** @enum {unknown} */
            type: "chat.mode";
        };
        /**
         * ChatTyping
         * @description This person is writing a message. Sent again every 3 seconds at most while they go on.
         */
        ChatTyping: {
            /** @default null */
            as_id: string | null;
            /** @enum {unknown} */
            type: "chat.typing";
        };
        /**
         * ChatWaiting
         * @description One's own held messages: those that wait, and those refused within a day. Comes with each join.
         */
        ChatWaiting: {
            messages: components["schemas"]["OwnHeld"][];
            /** @enum {unknown} */
            type: "chat.waiting";
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
        ClientFrame: components["schemas"]["Hello"] | components["schemas"]["SpaceJoin"] | components["schemas"]["ChatPost"] | components["schemas"]["ChatTyping"] | components["schemas"]["ChatEdit"] | components["schemas"]["ChatDelete"] | components["schemas"]["ChatReact"] | components["schemas"]["ChatPin"] | components["schemas"]["BoardOpen"] | components["schemas"]["MediaPublish"] | components["schemas"]["MediaWatch"] | components["schemas"]["MediaAnswer"] | components["schemas"]["MediaPause"] | components["schemas"]["SupervisionLetIn"] | components["schemas"]["LessonLobby"] | components["schemas"]["LessonStart"] | components["schemas"]["LessonHold"] | components["schemas"]["LessonResume"] | components["schemas"]["LessonEnd"] | components["schemas"]["HandRaise"] | components["schemas"]["HandLower"] | components["schemas"]["HandLowerAll"] | components["schemas"]["RoomLock"] | components["schemas"]["PersonMute"] | components["schemas"]["PersonSilence"] | components["schemas"]["MuteAll"] | components["schemas"]["SpotlightSet"] | components["schemas"]["TimerSet"] | components["schemas"]["StepBegin"] | components["schemas"]["StepEnd"] | components["schemas"]["PageBring"] | components["schemas"]["HelpAsk"] | components["schemas"]["HelpAnswer"] | components["schemas"]["ModerationApprove"] | components["schemas"]["ModerationRefuse"] | components["schemas"]["ChatSetMode"] | components["schemas"]["PollCreate"] | components["schemas"]["PollSet"] | components["schemas"]["PollDelete"] | components["schemas"]["PollVote"] | components["schemas"]["GroupsMix"] | components["schemas"]["GroupsArrange"] | components["schemas"]["GroupsMove"] | components["schemas"]["GroupsOpen"] | components["schemas"]["GroupsClose"] | components["schemas"]["GroupsCallBack"] | components["schemas"]["GroupsSpeak"] | components["schemas"]["GroupsAnnounce"] | components["schemas"]["NotesRestore"];
        /**
         * CloseCode
         * @description 4000-4499: come back by yourself. 4500-4999: do not, until a person acts.
         * @enum {unknown}
         */
        CloseCode: 4000 | 4001 | 4002 | 4500 | 4501 | 4502 | 4503 | 4504 | 4505;
        /**
         * DeletedBy
         * @description Who deleted a message.
         * @enum {unknown}
         */
        DeletedBy: "author" | "moderator";
        /**
         * Device
         * @description Students who are in the space at one device, the one who signed in first before the others.
         */
        Device: {
            /** @default [] */
            left_out: components["schemas"]["LeftOut"][];
            user_ids: string[];
        };
        /**
         * DeviceState
         * @description Who is at this very device, whole, each time it changes. What these may do is what all of them may.
         */
        DeviceState: {
            device: components["schemas"]["Device"];
            missing: components["schemas"]["Missing"][];
            /** @enum {unknown} */
            type: "device.state";
        };
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
        ErrorCode: "bad_frame" | "board_read_only" | "board_refused" | "media_failed" | "not_allowed" | "not_found" | "not_joined" | "poll_closed" | "too_fast" | "too_large" | "unavailable" | "unknown_frame";
        /**
         * FilesChanged
         * @description A file came, went, or is shown now. Whoever has the list open reads it again: `GET .../files`.
         */
        FilesChanged: {
            /** @enum {unknown} */
            type: "files.changed";
        };
        /**
         * GroupInfo
         * @description A group, as this person may see it.
         */
        GroupInfo: {
            board_id: string | null;
            here: string[];
            /** Format: uuid */
            id: string;
            no: number;
            students: string[];
        };
        /**
         * GroupsAnnounce
         * @description Say something in the space and in each of its open groups: a message of each chat, `announced`.
         *
         *         Sending the same `client_id` again changes nothing.
         */
        GroupsAnnounce: {
            /** Format: uuid */
            client_id: string;
            ref: number;
            text: string;
            /** @enum {unknown} */
            type: "groups.announce";
        };
        /**
         * GroupsArrange
         * @description Make groups by hand: the students of each. See `groups.mix`.
         */
        GroupsArrange: {
            groups: string[][];
            ref: number;
            /** @enum {unknown} */
            type: "groups.arrange";
        };
        /**
         * GroupsCallBack
         * @description Call everyone back in a while: `room.state` tells when. The newest word counts; null: they stay.
         */
        GroupsCallBack: {
            length_s: number | null;
            ref: number;
            /** @enum {unknown} */
            type: "groups.call_back";
        };
        /**
         * GroupsClose
         * @description Call everyone back. The groups stay to be looked at.
         */
        GroupsClose: {
            ref: number;
            /** @enum {unknown} */
            type: "groups.close";
        };
        /**
         * GroupsMix
         * @description Make groups of the students who are here, mixed across their schools, in place of those there are.
         *
         *         They are closed until `groups.open`. Groups that are open have to be closed first.
         */
        GroupsMix: {
            count: number;
            ref: number;
            /** @enum {unknown} */
            type: "groups.mix";
        };
        /**
         * GroupsMove
         * @description Put a student into another group; null: into none.
         */
        GroupsMove: {
            group_id: string | null;
            ref: number;
            /** @enum {unknown} */
            type: "groups.move";
            /** Format: uuid */
            user_id: string;
        };
        /**
         * GroupsOpen
         * @description Open the groups: students' pages go there.
         */
        GroupsOpen: {
            ref: number;
            /** @enum {unknown} */
            type: "groups.open";
        };
        /**
         * GroupsSpeak
         * @description Let one's microphone, which is on, be heard in the space and in all of its groups, or (`on` false) only
         *         in the room one is in, as before. Whoever spoke to all until now does no more: see `groups.voice`.
         */
        GroupsSpeak: {
            on: boolean;
            ref: number;
            /** @enum {unknown} */
            type: "groups.speak";
        };
        /**
         * GroupsState
         * @description The groups of the space: whole, as a page comes in and when something of it changes.
         *
         *         A student whose `own_id` is set belongs there. It is set while the groups are `open`; else everyone
         *         belongs in the space.
         */
        GroupsState: {
            groups: components["schemas"]["GroupInfo"][];
            main: string[];
            open: boolean;
            own_id: string | null;
            people: components["schemas"]["Person"][];
            /** Format: uuid */
            root_id: string;
            /** @enum {unknown} */
            type: "groups.state";
        };
        /**
         * GroupsVoice
         * @description Who speaks to all groups at this moment; null: nobody. Told as it changes, and to whoever comes in
         *         meanwhile. Their microphone is among the tracks of every room, also where they are not.
         */
        GroupsVoice: {
            person: components["schemas"]["Person"] | null;
            /** Format: uuid */
            root_id: string;
            /** @enum {unknown} */
            type: "groups.voice";
        };
        /**
         * HandLower
         * @description Lower a hand: one's own (without `user_id`), or for staff anybody's.
         */
        HandLower: {
            ref: number;
            /** @enum {unknown} */
            type: "hand.lower";
            /** @default null */
            user_id: string | null;
        };
        /** HandLowerAll */
        HandLowerAll: {
            ref: number;
            /** @enum {unknown} */
            type: "hand.lower_all";
        };
        /**
         * HandRaise
         * @description Put this person's hand up, behind those that are up.
         */
        HandRaise: {
            /** @default null */
            as_id: string | null;
            ref: number;
            /** @enum {unknown} */
            type: "hand.raise";
        };
        /**
         * HeldFor
         * @description Why a message waits; the same as in `server.safeguarding.filter`.
         * @enum {unknown}
         */
        HeldFor: "address" | "contact" | "email" | "handle" | "language" | "link" | "mode" | "phone" | "unkind" | "worry";
        /**
         * HeldReason
         * @description One reason, and the characters (code points) it is about; `end` 0: the message as a whole.
         */
        HeldReason: {
            /** @default 0 */
            end: number;
            reason: components["schemas"]["HeldFor"];
            /** @default 0 */
            start: number;
        };
        /**
         * HeldState
         * @description What became of a message that was held; the same as in the records.
         * @enum {unknown}
         */
        HeldState: "approved" | "refused" | "waiting";
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
         * HelpAnswer
         * @description An adult takes care of somebody who asked for help.
         */
        HelpAnswer: {
            ref: number;
            /** @enum {unknown} */
            type: "help.answer";
            /** Format: uuid */
            user_id: string;
        };
        /**
         * HelpAnswered
         * @description An adult takes care of it, or (without `by`) nobody did in time, or who asked has gone.
         */
        HelpAnswered: {
            /** @default null */
            by: string | null;
            /** @enum {unknown} */
            type: "help.answered";
            /** Format: uuid */
            user_id: string;
        };
        /**
         * HelpAsk
         * @description Ask every adult in the space and its groups for help. Again within a minute, it tells nobody anew.
         */
        HelpAsk: {
            /** @default null */
            as_id: string | null;
            ref: number;
            /** @enum {unknown} */
            type: "help.ask";
        };
        /**
         * HelpAsked
         * @description Somebody asks for help. Adults are told, and the pages of who asked.
         */
        HelpAsked: {
            at: string;
            /** @enum {unknown} */
            type: "help.asked";
            /** Format: uuid */
            user_id: string;
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
         * LeftOut
         * @description Somebody who is at a device, by their pictures, and may not be in this space: they do not count as
         *         there, and nothing is said in their name.
         */
        LeftOut: {
            name: string;
            reason: string;
            /** Format: uuid */
            user_id: string;
        };
        /**
         * LessonEnd
         * @description End the lesson, or close its lobby.
         */
        LessonEnd: {
            ref: number;
            /** @enum {unknown} */
            type: "lesson.end";
        };
        /**
         * LessonHold
         * @description Pause the lesson: students look and listen.
         */
        LessonHold: {
            ref: number;
            /** @enum {unknown} */
            type: "lesson.hold";
        };
        /**
         * LessonLobby
         * @description Open the lobby: students come in and look, and staff prepare. See `lesson.start`.
         */
        LessonLobby: {
            /** @default null */
            lesson_id: string | null;
            ref: number;
            /** @enum {unknown} */
            type: "lesson.lobby";
        };
        /**
         * LessonPhase
         * @description Where a lesson stands in its room.
         * @enum {unknown}
         */
        LessonPhase: "held" | "live" | "lobby" | "open";
        /**
         * LessonResume
         * @description Go on with a paused lesson.
         */
        LessonResume: {
            ref: number;
            /** @enum {unknown} */
            type: "lesson.resume";
        };
        /**
         * LessonStart
         * @description Start a lesson. Without `lesson_id`: the one whose lobby is open, or that is planned for now, or a new
         *         one with the space's name and an hour.
         */
        LessonStart: {
            /** @default null */
            lesson_id: string | null;
            ref: number;
            /** @enum {unknown} */
            type: "lesson.start";
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
         * MediaDevice
         * @enum {unknown}
         */
        MediaDevice: "camera" | "microphone";
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
         * Missing
         * @description What a device does without because of one who is at it.
         */
        Missing: {
            grants: string[];
            /** Format: uuid */
            user_id: string;
        };
        /**
         * ModerationApprove
         * @description Let a held message through: it is said now, in its author's name. For moderators.
         */
        ModerationApprove: {
            /** Format: uuid */
            held_id: string;
            ref: number;
            /** @enum {unknown} */
            type: "moderation.approve";
        };
        /**
         * ModerationQueue
         * @description The messages that wait in the space and its groups, the oldest first: whole, when it changes.
         *
         *         Only moderators are told.
         */
        ModerationQueue: {
            count: number;
            /** @enum {unknown} */
            type: "moderation.queue";
            waiting: components["schemas"]["WaitingMessage"][];
        };
        /**
         * ModerationRefuse
         * @description Do not let a held message through. For moderators.
         */
        ModerationRefuse: {
            /** Format: uuid */
            held_id: string;
            ref: number;
            /** @enum {unknown} */
            type: "moderation.refuse";
        };
        /**
         * MuteAll
         * @description Turn every student's microphone off now. They may turn them on again, unless they are locked.
         */
        MuteAll: {
            ref: number;
            /** @enum {unknown} */
            type: "mute.all";
        };
        /**
         * NotesRestore
         * @description About to bring an old version back: keep the notes as they are first, and note who does it.
         *
         *         The page that asks has the notes open, and writes what the version holds as any other change.
         */
        NotesRestore: {
            ref: number;
            /** @enum {unknown} */
            type: "notes.restore";
            version: number;
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
         * OwnHeld
         * @description A held message of one's own.
         */
        OwnHeld: {
            /** Format: uuid */
            client_id: string;
            /** Format: uuid */
            held_id: string;
            sent_at: string;
            state: components["schemas"]["HeldState"];
            text: string;
        };
        /**
         * PageBring
         * @description Bring everyone to a page of the space's board. One that is being prepared is shown with it.
         */
        PageBring: {
            /** Format: uuid */
            page_id: string;
            ref: number;
            /** @enum {unknown} */
            type: "page.bring";
        };
        /**
         * PagesChanged
         * @description The pages of the board: whole, and in order, each time something about them changes.
         *
         *         Who has one open that is not among them has it open no more; open another one.
         */
        PagesChanged: {
            boards: components["schemas"]["BoardInfo"][];
            /** @enum {unknown} */
            type: "pages.changed";
        };
        /**
         * PeopleDevices
         * @description The devices in the space that several are at, whole, each time they change.
         */
        PeopleDevices: {
            devices: components["schemas"]["Device"][];
            /** @enum {unknown} */
            type: "people.devices";
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
         * PersonMute
         * @description Keep a student's microphone or camera off (`on`), or let them turn it on again.
         */
        PersonMute: {
            device: components["schemas"]["MediaDevice"];
            on: boolean;
            ref: number;
            /** @enum {unknown} */
            type: "person.mute";
            /** Format: uuid */
            user_id: string;
        };
        /**
         * PersonSilence
         * @description Turn a student's microphone off now. They may turn it on again.
         */
        PersonSilence: {
            ref: number;
            /** @enum {unknown} */
            type: "person.silence";
            /** Format: uuid */
            user_id: string;
        };
        /**
         * PollAnswer
         * @description How this person has answered: places of options from 0, a number of a scale from 1, or words.
         */
        PollAnswer: {
            /** @default null */
            as_id: string | null;
            /** @default [] */
            picks: number[];
            /** Format: uuid */
            poll_id: string;
            /** @default [] */
            words: string[];
        };
        /**
         * PollCount
         * @description How often one answer was given: a number for each school of `PollResults.schools`, or one for all.
         */
        PollCount: {
            counts: number[];
            /** @default false */
            held: boolean;
            /** @default  */
            word: string;
        };
        /**
         * PollCreate
         * @description Ask something. Sending the same `poll_id` again changes nothing and is answered alike.
         */
        PollCreate: {
            /** @default  */
            high: string;
            /** @default false */
            is_open: boolean;
            kind: components["schemas"]["PollKind"];
            /** @default  */
            low: string;
            /** @default [] */
            options: string[];
            /** Format: uuid */
            poll_id: string;
            question: string;
            ref: number;
            /** @default null */
            right: number[] | null;
            /** @enum {unknown} */
            type: "poll.create";
        };
        /**
         * PollDelete
         * @description Delete a poll and its answers, for good.
         */
        PollDelete: {
            /** Format: uuid */
            poll_id: string;
            ref: number;
            /** @enum {unknown} */
            type: "poll.delete";
        };
        /**
         * PollGone
         * @description A poll was deleted.
         */
        PollGone: {
            /** Format: uuid */
            poll_id: string;
            /** @enum {unknown} */
            type: "poll.gone";
        };
        /**
         * PollInfo
         * @description A poll as this person may see it now.
         */
        PollInfo: {
            created_at: string;
            high: string;
            /** Format: uuid */
            id: string;
            is_quiz: boolean;
            kind: components["schemas"]["PollKind"];
            low: string;
            options: string[];
            question: string;
            /** @default null */
            results: components["schemas"]["PollResults"] | null;
            /** @default null */
            right: number[] | null;
            status: components["schemas"]["PollStatus"];
        };
        /**
         * PollKind
         * @enum {unknown}
         */
        PollKind: "multiple" | "scale" | "single" | "words";
        /**
         * PollList
         * @description The polls of the room, the newest last, and how this person has answered: whole, it replaces what the
         *         page knows. After entering, and when what this person may do here has changed.
         */
        PollList: {
            mine: components["schemas"]["PollAnswer"][];
            polls: components["schemas"]["PollInfo"][];
            /** @enum {unknown} */
            type: "poll.list";
        };
        /**
         * PollMine
         * @description How this person has answered one poll, on whichever of their pages.
         */
        PollMine: {
            answer: components["schemas"]["PollAnswer"];
            /** @enum {unknown} */
            type: "poll.mine";
        };
        /**
         * PollMove
         * @enum {unknown}
         */
        PollMove: "closed" | "open" | "revealed";
        /**
         * PollResults
         * @description How everyone answered, options and scales in their order, words by how many wrote them.
         *
         *         Without `schools` they are not told apart: every list of numbers has one, for all.
         */
        PollResults: {
            counts: components["schemas"]["PollCount"][];
            schools: string[];
            voters: number[];
        };
        /**
         * PollSet
         * @description Open a poll, close it or reveal its results. To where it is already, it stays.
         */
        PollSet: {
            /** Format: uuid */
            poll_id: string;
            ref: number;
            to: components["schemas"]["PollMove"];
            /** @enum {unknown} */
            type: "poll.set";
        };
        /**
         * PollState
         * @description A poll as this person may see it: whole, when it is new or has changed.
         */
        PollState: {
            poll: components["schemas"]["PollInfo"];
            /** @enum {unknown} */
            type: "poll.state";
        };
        /**
         * PollStatus
         * @enum {unknown}
         */
        PollStatus: "closed" | "draft" | "open" | "revealed";
        /**
         * PollVote
         * @description Answer an open poll, or change the answer.
         */
        PollVote: {
            /** @default null */
            as_id: string | null;
            /** @default [] */
            picks: number[];
            /** Format: uuid */
            poll_id: string;
            ref: number;
            /** @enum {unknown} */
            type: "poll.vote";
            /** @default [] */
            words: string[];
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
        ProtocolVersion: 3;
        /**
         * Reaction
         * @description Everybody's reactions of one kind to a message.
         */
        Reaction: {
            by: string[];
            count: number;
            kind: components["schemas"]["ReactionKind"];
        };
        /**
         * ReactionKind
         * @description A small fixed set, the same as in the records.
         * @enum {unknown}
         */
        ReactionKind: "clap" | "heart" | "laugh" | "question" | "surprise" | "thumbs_up";
        /** RoomLesson */
        RoomLesson: {
            ends_at: string;
            /** Format: uuid */
            id: string;
            starts_at: string;
            title: string;
        };
        /**
         * RoomLock
         * @description Shut the board, the microphones or the cameras for every student, or open them again.
         */
        RoomLock: {
            lock: components["schemas"]["RoomPart"];
            on: boolean;
            ref: number;
            /** @enum {unknown} */
            type: "room.lock";
        };
        /**
         * RoomPart
         * @description What can be shut for every student at once.
         * @enum {unknown}
         */
        RoomPart: "board" | "cameras" | "microphones";
        /**
         * RoomState
         * @description How the room is run: whole, as a page comes in and when it changes. The higher `version` is newer.
         */
        RoomState: {
            board_locked: boolean;
            call_back: components["schemas"]["RoomTimer"] | null;
            cameras_off: boolean;
            hands: string[];
            lesson: components["schemas"]["RoomLesson"] | null;
            microphones_off: boolean;
            muted: string[];
            now: string;
            page_id: string | null;
            page_turns: number;
            phase: components["schemas"]["LessonPhase"];
            plan_version: number;
            silenced: number;
            silenced_id: string | null;
            spotlight: string | null;
            step: components["schemas"]["RoomStep"] | null;
            steps_done: string[];
            timer: components["schemas"]["RoomTimer"] | null;
            /** @enum {unknown} */
            type: "room.state";
            version: number;
            without_camera: string[];
        };
        /**
         * RoomStep
         * @description The step of the plan that the class is at.
         */
        RoomStep: {
            due_at: string | null;
            ends_at: string;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["StepKind"];
            started_at: string;
            title: string;
        };
        /** RoomTimer */
        RoomTimer: {
            ends_at: string;
            length_s: number;
        };
        /**
         * SchoolBalance
         * @description What the people of a school gave to the lesson, together. It is never known by person.
         */
        SchoolBalance: {
            colour: number;
            hosted: components["schemas"]["BalanceShare"];
            marks: components["schemas"]["BalanceShare"];
            messages: components["schemas"]["BalanceShare"];
            name: string;
            /** Format: uuid */
            school_id: string;
            short_name: string;
            talk: components["schemas"]["BalanceShare"];
        };
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
        /** SchoolWatch */
        SchoolWatch: {
            /** Format: uuid */
            school_id: string;
            /** @default null */
            until: string | null;
            watch: components["schemas"]["Watch"];
        };
        ServerFrame: components["schemas"]["Welcome"] | components["schemas"]["Ok"] | components["schemas"]["Error"] | components["schemas"]["SpaceJoined"] | components["schemas"]["PresenceState"] | components["schemas"]["PresenceDiff"] | components["schemas"]["ChatHistory"] | components["schemas"]["ChatChanged"] | components["schemas"]["ChatPosted"] | components["schemas"]["ChatWriting"] | components["schemas"]["ChatAck"] | components["schemas"]["BoardOpened"] | components["schemas"]["AccessUpdate"] | components["schemas"]["MediaPublished"] | components["schemas"]["MediaTracks"] | components["schemas"]["MediaOffer"] | components["schemas"]["MediaSpeaker"] | components["schemas"]["SupervisionState"] | components["schemas"]["FilesChanged"] | components["schemas"]["PagesChanged"] | components["schemas"]["RoomState"] | components["schemas"]["HelpAsked"] | components["schemas"]["HelpAnswered"] | components["schemas"]["ModerationQueue"] | components["schemas"]["ChatHeld"] | components["schemas"]["ChatRefused"] | components["schemas"]["ChatWaiting"] | components["schemas"]["ChatModeChanged"] | components["schemas"]["PollList"] | components["schemas"]["PollState"] | components["schemas"]["PollMine"] | components["schemas"]["PollGone"] | components["schemas"]["BalanceState"] | components["schemas"]["GroupsState"] | components["schemas"]["GroupsVoice"] | components["schemas"]["DeviceState"] | components["schemas"]["PeopleDevices"];
        /** SpaceInfo */
        SpaceInfo: {
            /** @default null */
            group_no: number | null;
            /** Format: uuid */
            id: string;
            kind: string;
            name: string;
            /** @default null */
            parent_id: string | null;
            /** Format: uuid */
            partnership_id: string;
            partnership_name: string;
        };
        /**
         * SpaceJoin
         * @description Enter a space. With `last_seq` the answer holds only what was said or has changed after it.
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
         *         What has the numbers from `from_seq` to `seq` comes in `chat.history`; there is none when `from_seq` is
         *         `seq` + 1. When it starts `anew`, drop what is shown: it cannot be continued.
         */
        SpaceJoined: {
            anew: boolean;
            boards: components["schemas"]["BoardInfo"][];
            from_seq: number;
            grants: string[];
            ice_servers: components["schemas"]["IceServer"][];
            /** @default null */
            notes: components["schemas"]["BoardInfo"] | null;
            ref: number;
            schools: components["schemas"]["SchoolInfo"][];
            seq: number;
            space: components["schemas"]["SpaceInfo"];
            tracks: components["schemas"]["MediaTrack"][];
            /** @default false */
            translates: boolean;
            /** @enum {unknown} */
            type: "space.joined";
        };
        /**
         * SpotlightSet
         * @description Show somebody large to everyone; null: nobody.
         */
        SpotlightSet: {
            ref: number;
            /** @enum {unknown} */
            type: "spotlight.set";
            user_id: string | null;
        };
        /**
         * StepBegin
         * @description Go to a step of the lesson's plan: its timer starts, everyone turns to its page, its question is asked.
         *
         *         A step that the class is at already stays as it is.
         */
        StepBegin: {
            ref: number;
            /** Format: uuid */
            step_id: string;
            /** @enum {unknown} */
            type: "step.begin";
        };
        /**
         * StepEnd
         * @description Leave the step that the class is at, and go to none.
         */
        StepEnd: {
            ref: number;
            /** @enum {unknown} */
            type: "step.end";
        };
        /**
         * StepKind
         * @description What a class does in a step.
         * @enum {unknown}
         */
        StepKind: "board" | "discussion" | "groups" | "poll" | "talk";
        /**
         * SupervisionLetIn
         * @description An adult lets the students of their school back into a lesson that was over for them.
         */
        SupervisionLetIn: {
            ref: number;
            /** @enum {unknown} */
            type: "supervision.let_in";
        };
        /**
         * SupervisionState
         * @description How the schools that have students here are supervised: whole, each time it changes.
         *
         *         `alone`: exactly one adult and one student are here, so sound and picture wait for a third.
         */
        SupervisionState: {
            /** @default false */
            alone: boolean;
            schools: components["schemas"]["SchoolWatch"][];
            /** @enum {unknown} */
            type: "supervision.state";
        };
        /**
         * TimerSet
         * @description Start a countdown for everyone; null: stop it.
         */
        TimerSet: {
            length_s: number | null;
            ref: number;
            /** @enum {unknown} */
            type: "timer.set";
        };
        /**
         * WaitingMessage
         * @description A message as the adults who decide on it see it.
         */
        WaitingMessage: {
            author: components["schemas"]["Person"];
            /** @default null */
            group_no: number | null;
            /** Format: uuid */
            held_id: string;
            reasons: components["schemas"]["HeldReason"][];
            sent_at: string;
            text: string;
        };
        /**
         * Watch
         * @description How the students of one school are supervised in a space.
         * @enum {unknown}
         */
        Watch: "grace" | "held" | "over" | "present";
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
