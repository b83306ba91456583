// Generated from the server's OpenAPI document. Do not edit: run `npm run generate`.

export interface paths {
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the log
         * @description What was done in my school and its partnerships, or under my office, the newest first.
         *     403 `not_allowed`.
         */
        get: operations["ApiAuditReadLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/verdict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the log
         * @description Hold every entry against its hash and the one before. One person at a time. 403 `not_allowed`,
         *     429 `verifying`, 503 `too_long`.
         */
        get: operations["ApiAuditVerdictCheckLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/boards/{board_id}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Page state
         * @description A board page, or notes, as they are now: Yjs updates (V1), each after its length (a lib0 variable
         *     integer). 304 when `If-None-Match` names how it still is. 403 with the reason as its code, 404
         *     `not_found`, 413 `page_too_large`.
         */
        get: operations["ApiBoardsBoardIdStatePageState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calendar-feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Feed of me
         * @description Whether my calendar has an address.
         */
        get: operations["ApiCalendarFeedFeedOfMe"];
        put?: never;
        /**
         * Make feed
         * @description A new secret address for my calendar; it is shown once, and ends the old one.
         */
        post: operations["ApiCalendarFeedMakeFeed"];
        /**
         * End feed
         * @description My calendar's address works no more.
         */
        delete: operations["ApiCalendarFeedEndFeed"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List classes
         * @description My classes; for administrators and headteachers all of the school. By name. 403 `not_allowed` until
         *     one's school has verified one.
         */
        get: operations["ApiClassesListClasses"];
        put?: never;
        /**
         * Create class
         * @description A class with a code and nobody in it. 400 `invalid`, 403 `not_allowed`, 409 `class_exists`.
         */
        post: operations["ApiClassesCreateClass"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get class
         * @description A class with its people. 403 `not_allowed` until one's school has verified one, 404 `not_found`.
         */
        get: operations["ApiClassesClassIdGetClass"];
        /**
         * Edit class
         * @description Name and year. 403 `not_allowed`, 404 `not_found`, 409 `class_exists` or `invalid_transition`.
         */
        put: operations["ApiClassesClassIdEditClass"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}/cards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Print cards
         * @description Login cards as PDF; with pictures, new ones. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
         *     409 `invalid_transition`, 429 `too_many_tries`.
         */
        post: operations["ApiClassesClassIdCardsPrintCards"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make code
         * @description Another class code; the old one stops working. 403 `not_allowed`, 404 `not_found`,
         *     409 `invalid_transition`.
         */
        post: operations["ApiClassesClassIdCodeMakeCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Class consent
         * @description What was answered for each student, and who has accepted the ground rules. For its teachers, and the
         *     school's administrators, headteacher and safeguarding leads. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiClassesClassIdConsentClassConsent"];
        put?: never;
        /**
         * Record consent
         * @description Write down an answer for some students; what it takes away is taken away at once. 400 `invalid`,
         *     403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`.
         */
        post: operations["ApiClassesClassIdConsentRecordConsent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List devices
         * @description The devices of a class, for its teachers and those who manage classes. 403 `not_allowed`,
         *     404 `not_found`.
         */
        get: operations["ApiClassesClassIdDevicesListDevices"];
        put?: never;
        /**
         * Make device
         * @description Make this very device one of the class, and sign me out here. 400 `invalid`, 403 `not_allowed`,
         *     404 `not_found`, 409 `invalid_transition`.
         */
        post: operations["ApiClassesClassIdDevicesMakeDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}/devices/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke device
         * @description Take a device back: whoever is signed in there is signed out. 403 `not_allowed`, 404 `not_found`.
         */
        delete: operations["ApiClassesClassIdDevicesDeviceIdRevokeDevice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}/students": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add students
         * @description Students by first name; each gets an alias. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
         *     409 `invalid_transition`.
         */
        post: operations["ApiClassesClassIdStudentsAddStudents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}/students/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Edit student
         * @description First name and alias. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `alias_taken` or
         *     `invalid_transition`.
         */
        put: operations["ApiClassesClassIdStudentsUserIdEditStudent"];
        post?: never;
        /**
         * Remove student
         * @description Take a student out; who is in no other class is signed out and cannot come back in. 403 `not_allowed`,
         *     404 `not_found`, 409 `invalid_transition`.
         */
        delete: operations["ApiClassesClassIdStudentsUserIdRemoveStudent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}/students/{user_id}/aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Offer aliases
         * @description Free aliases for a student, others each time. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiClassesClassIdStudentsUserIdAliasesOfferAliases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}/students/{user_id}/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Consent history
         * @description What was ever answered for a student, the newest first. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiClassesClassIdStudentsUserIdConsentConsentHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/classes/{class_id}/teachers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set teachers
         * @description Who teaches it. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`.
         */
        put: operations["ApiClassesClassIdTeachersSetTeachers"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List clusters
         * @description Clusters that my school may ask to join, by name. 403 `not_allowed`.
         */
        get: operations["ApiClustersListClusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/consent/classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Consent classes
         * @description The classes whose consents I keep, by name. 403 `not_allowed` until one's school has verified one.
         */
        get: operations["ApiConsentClassesConsentClasses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/directory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get directory
         * @description Staff of the schools that mine works with, by name. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiDirectoryGetDirectory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files/{file_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Content
         * @description The content of a file, or the part that `Range` asks for. `as_id`: for somebody who shares my device.
         *     404 `not_found`, also when it was deleted, 409 `file_checking`, 503 `files_unavailable`.
         */
        get: operations["ApiFilesFileIdContent"];
        put?: never;
        post?: never;
        /**
         * Delete file
         * @description Delete a file: one's own, or any for an adult who may moderate. `as_id`: one of somebody who shares my
         *     device. 403 `not_allowed` or `file_held`, 404 `not_found`, 409 `already_done`.
         */
        delete: operations["ApiFilesFileIdDeleteFile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files/{file_id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse file
         * @description Do not show a file that waits for an adult. 403 `not_allowed`, 404 `not_found`, 409 `already_done`.
         */
        post: operations["ApiFilesFileIdRefuseRefuseFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files/{file_id}/sealed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sealed content
         * @description The content of a deleted or refused file, for a safeguarding lead, with the reason that goes into the
         *     log. 404 `not_found`, also for everybody else, 503 `files_unavailable`.
         */
        post: operations["ApiFilesFileIdSealedSealedContent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files/{file_id}/show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show file
         * @description Let everyone in the space see a file that waits for an adult. 403 `not_allowed`, 404 `not_found`,
         *     409 `already_done` or `file_checking`.
         */
        post: operations["ApiFilesFileIdShowShowFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files/{file_id}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Thumbnail
         * @description A small picture of a file, as WebP. `as_id`: for somebody who shares my device. 404 `not_found`,
         *     409 `file_checking`, 503 `files_unavailable`.
         */
        get: operations["ApiFilesFileIdThumbnailThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/finder": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find partners
         * @description Schools that could be partners of mine in a programme, the best fit first. 400 `invalid`,
         *     403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiFinderFindPartners"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/finder/{school_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Finder profile
         * @description One school, how it fits mine, and the hours we share next week. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiFinderSchoolIdFinderProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/join-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List join requests
         * @description What my school has asked, the newest first.
         */
        get: operations["ApiJoinRequestsListJoinRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/join-requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw join request
         * @description Take my school's request back. 403 `not_allowed`, 404 `not_found`, 409 `already_done`.
         */
        delete: operations["ApiJoinRequestsRequestIdWithdrawJoinRequest"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/join-requests/{request_id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide join request
         * @description Answer a school that asks to join; a yes invites it. 403 `not_allowed`, 404 `not_found`,
         *     409 `already_done` or `already_in`.
         */
        post: operations["ApiJoinRequestsRequestIdDecisionDecideJoinRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lesson-questions/{ask_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw
         * @description Take a question of my school back. 409 `already_done`.
         */
        delete: operations["ApiLessonQuestionsAskIdWithdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lesson-questions/{ask_id}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer
         * @description Say yes or no for my school. 409 `already_done`, `time_taken`.
         */
        post: operations["ApiLessonQuestionsAskIdAnswerAnswer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My lessons
         * @description My lessons that run now or are agreed, in all my spaces, the soonest first.
         */
        get: operations["ApiLessonsMyLessons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/attendance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Of lesson
         * @description Who was in a lesson and when: alias and class of students. 404 `not_found`.
         */
        get: operations["ApiLessonsLessonIdAttendanceOfLesson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/attendance.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * As csv
         * @description The same as a table; the export is logged. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiLessonsLessonIdAttendanceCsvAsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/attendance.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Attendance pdf
         * @description Who was in a lesson, on paper; the export is logged. 403 `not_allowed`, 404 `not_found`, 429
         *     `too_many_tries`.
         */
        get: operations["ApiLessonsLessonIdAttendancePdfAttendancePdf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Balance of lesson
         * @description What each school gave to a lesson, never by person. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiLessonsLessonIdBalanceBalanceOfLesson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calendar file
         * @description The calendar entry of a lesson and those planned with it, as a file.
         */
        get: operations["ApiLessonsLessonIdCalendarCalendarFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel
         * @description Ask to cancel; it takes place unless the others say yes. 409 `question_open`.
         */
        post: operations["ApiLessonsLessonIdCancellationCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move
         * @description Ask for another time; the old one holds until the others say yes. 409 `question_open`, `time_taken`.
         */
        post: operations["ApiLessonsLessonIdMoveMove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/recap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recap
         * @description One lesson: who was there by school, what was drawn, where it was noted. 403 with the reason as its
         *     code, 404 `not_found`.
         */
        get: operations["ApiLessonsLessonIdRecapRecap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/recap.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recap pdf
         * @description A lesson on paper; the export is logged. 403 `not_allowed`, 404 `not_found`, 429
         *     `too_many_tries`.
         */
        get: operations["ApiLessonsLessonIdRecapPdfRecapPdf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/recap/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files
         * @description The files that were added in a lesson, in the space and in the groups that I may read. 403 with the
         *     reason as its code, 404 `not_found`.
         */
        get: operations["ApiLessonsLessonIdRecapFilesFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/recap/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages
         * @description What was said in one room of a lesson, as it reads now: nothing that was deleted or held. 403 with the
         *     reason as its code, 404 `not_found`.
         */
        get: operations["ApiLessonsLessonIdRecapMessagesMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/recap/messages.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages csv
         * @description What was said in a lesson and its groups, as a table; the export is logged. 403 `not_allowed`, 404
         *     `not_found`.
         */
        get: operations["ApiLessonsLessonIdRecapMessagesCsvMessagesCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/recap/polls.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Polls csv
         * @description The counts of a lesson's questions as a table, nothing by person; the export is logged. 403
         *     `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiLessonsLessonIdRecapPollsCsvPollsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lessons/{lesson_id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lesson steps
         * @description The plan of a lesson: whole for those who run lessons here; for the class while the lesson runs, and
         *     only what each step is, its title and its minutes. 403 with the reason as its code, 404 `not_found`.
         */
        get: operations["ApiLessonsLessonIdStepsLessonSteps"];
        /**
         * Plan steps
         * @description Store the plan. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `steps_changed` with the plan
         *     that was `kept`, 409 `invalid_transition` when the lesson is over.
         */
        put: operations["ApiLessonsLessonIdStepsPlanSteps"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * About me
         * @description What is due before I go into a space.
         */
        get: operations["ApiMeAboutMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/ground-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept ground rules
         * @description Say yes to the ground rules that I have read. 409 `invalid_transition` when other ones hold by now.
         */
        post: operations["ApiMeGroundRulesAcceptGroundRules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partner-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List requests
         * @description The requests that my school made or got, the newest first. 403 `not_allowed`.
         */
        get: operations["ApiPartnerRequestsListRequests"];
        put?: never;
        /**
         * Ask school
         * @description Ask a school. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `already_asked`.
         */
        post: operations["ApiPartnerRequestsAskSchool"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partner-requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get request
         * @description A request with its conversation. 404 `not_found`.
         */
        get: operations["ApiPartnerRequestsRequestIdGetRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partner-requests/{request_id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide request
         * @description Accept, which makes a draft partnership, decline, or take back. 403 `not_allowed`, 404 `not_found`,
         *     409 `invalid_transition`.
         */
        post: operations["ApiPartnerRequestsRequestIdDecisionDecideRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partner-requests/{request_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write message
         * @description Say something about an open request. 400 `invalid`, 404 `not_found`, 409 `invalid_transition`.
         */
        post: operations["ApiPartnerRequestsRequestIdMessagesWriteMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List partnerships
         * @description The partnerships of my school, the newest first.
         */
        get: operations["ApiPartnershipsListPartnerships"];
        put?: never;
        /**
         * Create partnership
         * @description Start a draft with my school as its lead. 400 `invalid`, 404 `not_found`.
         */
        post: operations["ApiPartnershipsCreatePartnership"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get partnership
         * @description One record, with its rules as a checklist. 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdGetPartnership"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/agreement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get agreement
         * @description The versions and what I may do with them. 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdAgreementGetAgreement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/agreement/difference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare versions
         * @description What changed from one version to another, word by word. 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdAgreementDifferenceCompareVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/agreement/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Propose version
         * @description Propose the first text, or an amendment. 400 `invalid`, 403 `not_allowed`, 409 `text_changed` when
         *     somebody else proposed one meanwhile, `invalid_transition`.
         */
        post: operations["ApiPartnershipsPartnershipIdAgreementVersionsProposeVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/agreement/versions/{number}/agree": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Agree with version
         * @description Agree for my school with the text proposed. 403 `not_allowed`, 409 `text_changed`, `already_given`,
         *     `invalid_transition`.
         */
        post: operations["ApiPartnershipsPartnershipIdAgreementVersionsNumberAgreeWithVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/agreement/versions/{number}/pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Print version
         * @description One version as a PDF, with its signatures. 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdAgreementVersionsNumberPdfPrintVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/agreement/versions/{number}/sign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign version
         * @description Sign as headteacher, with the password again. 403 `wrong_password`, `not_allowed`, 409 `text_changed`,
         *     `already_given`, `invalid_transition`, 429 `too_many_tries`.
         */
        post: operations["ApiPartnershipsPartnershipIdAgreementVersionsNumberSignSignVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/agreement/versions/{number}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw signature
         * @description Take my school's signature back, with a reason and the password; one in force ends with it.
         *     403 `wrong_password`, `not_allowed`, 409 `text_changed`, `invalid_transition`, 429 `too_many_tries`.
         */
        post: operations["ApiPartnershipsPartnershipIdAgreementVersionsNumberWithdrawWithdrawSignature"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/bans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List bans
         * @description Who may not be in anything of this partnership, the newest first. 403 `not_allowed`.
         */
        get: operations["ApiPartnershipsPartnershipIdBansListBans"];
        put?: never;
        /**
         * Ban
         * @description Keep a person out of the whole partnership. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
         *     409 `already_done`.
         */
        post: operations["ApiPartnershipsPartnershipIdBansBan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/bans/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Lift ban
         * @description Let a banned person in again. 403 `not_allowed`, 404 `not_found`.
         */
        delete: operations["ApiPartnershipsPartnershipIdBansUserIdLiftBan"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/coordinators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand over
         * @description Hand a coordinator's seat over, or fill an empty one. 400 `invalid`, 403 `not_allowed`,
         *     404 `not_found`, 409 `invalid_transition` or `already_done`.
         */
        post: operations["ApiPartnershipsPartnershipIdCoordinatorsHandOver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/delegations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List delegations
         * @description Duties that are delegated now. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdDelegationsListDelegations"];
        put?: never;
        /**
         * Delegate
         * @description Put a duty of the coordinator into somebody's hands. 400 `invalid`, 403 `not_allowed`,
         *     404 `not_found`, 409 `already_done`.
         */
        post: operations["ApiPartnershipsPartnershipIdDelegationsDelegate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/delegations/{delegation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke delegation
         * @description Take a duty back, or lay it down. 403 `not_allowed`, 404 `not_found`, 409 `already_done`.
         */
        delete: operations["ApiPartnershipsPartnershipIdDelegationsDelegationIdRevokeDelegation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/glossary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Of partnership
         * @description The glossary, for staff of the schools that take part, also when the partnership is over. 404
         *     `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdGlossaryOfPartnership"];
        put?: never;
        /**
         * Add
         * @description Add an entry: whoever runs a space of the partnership. 400 `invalid` (also: it is full), 403
         *     `not_allowed`, 404 `not_found`.
         */
        post: operations["ApiPartnershipsPartnershipIdGlossaryAdd"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/glossary/{entry_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change
         * @description Write an entry anew. 409 `changed_meanwhile`, with the entry as it is now in `kept`, when another
         *     version is there; else as for a new one.
         */
        put: operations["ApiPartnershipsPartnershipIdGlossaryEntryIdChange"];
        post?: never;
        /**
         * Remove
         * @description Take an entry out. Codes as for a change.
         */
        delete: operations["ApiPartnershipsPartnershipIdGlossaryEntryIdRemove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/glossary/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export
         * @description The whole glossary as a table, with a column for each language. 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdGlossaryExportCsvExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List grants
         * @description Each grant with its conditions, met or not. 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdGrantsListGrants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/grants/{code}/evidence.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Evidence as csv
         * @description The evidence as a table; the export is logged. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdGrantsCodeEvidenceCsvEvidenceAsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/grants/{code}/evidence.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Evidence as pdf
         * @description The evidence on paper; the export is logged. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdGrantsCodeEvidencePdfEvidenceAsPdf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite school
         * @description Invite a verified school. 400 `invalid`, 403 `not_allowed`, 409 `already_in`.
         */
        post: operations["ApiPartnershipsPartnershipIdInvitationsInviteSchool"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/invitations/{school_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw invitation
         * @description Take an invitation back before it is answered. 403 `not_allowed`, 409 `already_done`.
         */
        delete: operations["ApiPartnershipsPartnershipIdInvitationsSchoolIdWithdrawInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/join-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask to join
         * @description Ask for my school to join a cluster. 403 `not_allowed`, 404 `not_found`, 409 `already_asked` or
         *     `already_in`.
         */
        post: operations["ApiPartnershipsPartnershipIdJoinRequestsAskToJoin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/leaving": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at leaving
         * @description What would break if my school left now. 403 `not_allowed`, 409 `invalid_transition`.
         */
        get: operations["ApiPartnershipsPartnershipIdLeavingLookAtLeaving"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/members/{school_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change member
         * @description Another role for a school, or its mentor. 400 `invalid`, 403 `not_allowed`, 409 `would_break`.
         */
        put: operations["ApiPartnershipsPartnershipIdMembersSchoolIdChangeMember"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/moves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make move
         * @description Propose, activate, suspend, resume or end; accept, decline or leave for my school. 403 `not_allowed`,
         *     409 `invalid_transition`, `rules_not_met`, `would_break` (both with `failing`) or `agreement_first`.
         */
        post: operations["ApiPartnershipsPartnershipIdMovesMakeMove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/staff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List staff
         * @description Whom one can choose among for a seat, a duty or a visit, by name. 403 `not_allowed`.
         */
        get: operations["ApiPartnershipsPartnershipIdStaffListStaff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get timeline
         * @description What was done in a partnership, the newest first. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdTimelineGetTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List visits
         * @description Visits that run or are still to come. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiPartnershipsPartnershipIdVisitsListVisits"];
        put?: never;
        /**
         * Invite visitor
         * @description Invite an adviser or a guest between two moments. 400 `invalid`, 403 `not_allowed`,
         *     404 `not_found`, 409 `email_taken`.
         */
        post: operations["ApiPartnershipsPartnershipIdVisitsInviteVisitor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/{partnership_id}/visits/{visit_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke visit
         * @description End a visit at once. 403 `not_allowed`, 404 `not_found`, 409 `already_done`.
         */
        delete: operations["ApiPartnershipsPartnershipIdVisitsVisitIdRevokeVisit"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/partnerships/board": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get board
         * @description My partnerships at a glance: rules, schools, and how lively each space is.
         */
        get: operations["ApiPartnershipsBoardGetBoard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{user_id}/erasure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase person
         * @description Erase a person of my school for good. 403 `not_allowed` (also for oneself), 404 `not_found`,
         *     409 `invalid_transition` (an open staff account), 503 `files_unavailable`.
         */
        post: operations["ApiPeopleUserIdErasureErasePerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{user_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Export person
         * @description Everything that is stored of a person of my school, as a zip; it is noted in the log.
         *     403 `not_allowed`, 404 `not_found`, 503 `files_unavailable`.
         */
        post: operations["ApiPeopleUserIdExportExportPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List programmes
         * @description Every programme, by name.
         */
        get: operations["ApiProgrammesListProgrammes"];
        put?: never;
        /**
         * Create programme
         * @description Add a programme that my office runs. 400 `invalid`, 403 `not_allowed`, 409 `slug_taken`.
         */
        post: operations["ApiProgrammesCreateProgramme"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/{programme_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get programme
         * @description One programme with its rules. 404 `not_found`.
         */
        get: operations["ApiProgrammesProgrammeIdGetProgramme"];
        /**
         * Edit programme
         * @description Change a programme; active partnerships that no longer meet its rules are suspended. 400 `invalid`,
         *     403 `not_allowed`, 404 `not_found`, 409 `changed_meanwhile` or `preview_first`.
         */
        put: operations["ApiProgrammesProgrammeIdEditProgramme"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/programmes/{programme_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview programme
         * @description Which partnerships would not meet these rules. Changes nothing. 400 `invalid`, 403 `not_allowed`,
         *     404 `not_found`.
         */
        post: operations["ApiProgrammesProgrammeIdPreviewPreviewProgramme"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/recaps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lately
         * @description The lessons of the last seven days that I may read, the newest first, at most three.
         */
        get: operations["ApiRecapsLately"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reminders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reminders
         * @description Which reminders I get.
         */
        get: operations["ApiRemindersReminders"];
        /**
         * Choose reminders
         * @description Choose whether a mail reminds me the day before. Invitations come in any case.
         */
        put: operations["ApiRemindersChooseReminders"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reminders/browsers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add browser
         * @description Take push messages in this browser. 403 where none are sent, 400 for an address inside.
         */
        post: operations["ApiRemindersBrowsersAddBrowser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reminders/browsers/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove browser
         * @description No more push messages in this browser.
         */
        post: operations["ApiRemindersBrowsersEndRemoveBrowser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List reports
         * @description The reports that my school has: those nobody has acknowledged first. 403 `not_allowed`.
         */
        get: operations["ApiReportsListReports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/{report_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read report
         * @description One report, with how things stood. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiReportsReportIdReadReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/{report_id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge report
         * @description My school has taken the report up. 403 `not_allowed`, 404 `not_found`, 409 `already_done`.
         */
        post: operations["ApiReportsReportIdAcknowledgeAcknowledgeReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/{report_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close report
         * @description End my school's work on a report with a note. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
         *     409 `already_done`.
         */
        post: operations["ApiReportsReportIdCloseCloseReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rosters/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import roster
         * @description Carry out the plan of this digest, all or nothing. As `/rosters/plan`, and 409 `plan_changed`,
         *     `email_taken` or `last_manager`.
         */
        post: operations["ApiRostersImportImportRoster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rosters/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan import
         * @description What importing these files would change. 400 `roster_errors` (with `rows`), `roster_file` or
         *     `choose_org` (with `orgs`), 403 `not_allowed`, 413 `too_large`.
         */
        post: operations["ApiRostersPlanPlanImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rosters/rollover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Roll over
         * @description Start a new school year: look without a digest, then carry out with it. 400 `invalid`,
         *     403 `not_allowed`, 404 `not_found`, 409 `plan_changed`.
         */
        post: operations["ApiRostersRolloverRollOver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List schools
         * @description Verified schools by name; programme officers also find those that they may verify.
         */
        get: operations["ApiSchoolsListSchools"];
        put?: never;
        /**
         * Register school
         * @description Add a school and its first administrator; it is not verified yet. 400 `invalid`, 403 `not_allowed`,
         *     409 `email_taken`.
         */
        post: operations["ApiSchoolsRegisterSchool"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schools/{school_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get school
         * @description One school: a verified one, one's own, or one that one may verify. 404 `not_found`.
         */
        get: operations["ApiSchoolsSchoolIdGetSchool"];
        /**
         * Change school
         * @description Replace my own school's profile. 400 `invalid`, 403 `not_allowed`.
         */
        put: operations["ApiSchoolsSchoolIdChangeSchool"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schools/{school_id}/bell-times": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set bell times
         * @description Replace my own school's bell times. 400 `invalid` (with `weekday` and `period`), 403 `not_allowed`.
         */
        put: operations["ApiSchoolsSchoolIdBellTimesSetBellTimes"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schools/{school_id}/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get calendar
         * @description Bell times, terms and holidays. 404 `not_found`.
         */
        get: operations["ApiSchoolsSchoolIdCalendarGetCalendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schools/{school_id}/dates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set dates
         * @description Replace my own school's terms and holidays. 400 `invalid` (with `row`, from 0), 403 `not_allowed`.
         */
        put: operations["ApiSchoolsSchoolIdDatesSetDates"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schools/{school_id}/dates/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import dates
         * @description Add the terms and holidays of a calendar file to those of my own school; first as a dry run. 400
         *     `invalid`, 403 `not_allowed`.
         */
        post: operations["ApiSchoolsSchoolIdDatesImportImportDates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schools/{school_id}/public-holidays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Propose public holidays
         * @description Public holidays of the school's country in a year. Nothing is stored. 404 `not_found`.
         */
        get: operations["ApiSchoolsSchoolIdPublicHolidaysProposePublicHolidays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/schools/{school_id}/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify school
         * @description Confirm that it is a school. 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`.
         */
        post: operations["ApiSchoolsSchoolIdVerificationVerifySchool"];
        /**
         * Unverify school
         * @description Take its verification back: its active partnerships are suspended. 403 `not_allowed`, 404
         *     `not_found`, 409 `invalid_transition`.
         */
        delete: operations["ApiSchoolsSchoolIdVerificationUnverifySchool"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Session now
         * @description Who is signed in. Also sets the cookie whose value every unsafe request repeats in `x-csrf-token`.
         */
        get: operations["ApiSessionSessionNow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/classmates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List classmates
         * @description Who may join me at this device: the aliases of my class. For students. 403 `not_allowed`.
         */
        get: operations["ApiSessionClassmatesListClassmates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/companions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add companion
         * @description A classmate joins me at this device by their own pictures. 401 `sign_in_failed`, 403 `not_allowed`,
         *     409 `device_full`, 429 `too_many_tries`.
         */
        post: operations["ApiSessionCompanionsAddCompanion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/companions/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove companion
         * @description One of those who joined me goes. 404 `not_found`.
         */
        delete: operations["ApiSessionCompanionsUserIdRemoveCompanion"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/touch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Touch
         * @description Somebody touched this device: on one of a class-room the sign-in holds on. Once a minute is enough.
         */
        post: operations["ApiSessionTouchTouch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List sessions
         * @description Where I am signed in.
         */
        get: operations["ApiSessionsListSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End session
         * @description End one of my sign-ins, here or on another device. 404 `not_found`.
         */
        delete: operations["ApiSessionsSessionIdEndSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-in/class": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Find class
         * @description The first step of a student: the class and its aliases. 401 `sign_in_failed`, 429 `too_many_tries`.
         */
        post: operations["ApiSignInClassFindClass"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-in/device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Class of device
         * @description The class whose device this is, by the device's cookie: what the class's code shows, without the code.
         *     404 `not_found`: it is none, or not any more.
         */
        get: operations["ApiSignInDeviceClassOfDevice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-in/staff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in staff
         * @description Sign in with e-mail and password. 401 `sign_in_failed`, 429 `too_many_tries`.
         */
        post: operations["ApiSignInStaffSignInStaff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-in/student": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in student
         * @description Sign a student in by three pictures in order. 401 `sign_in_failed`, 429 `too_many_tries`.
         */
        post: operations["ApiSignInStudentSignInStudent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description End this sign-in; every page it has open closes.
         */
        post: operations["ApiSignOutSignOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open space
         * @description Open a space. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`.
         */
        post: operations["ApiSpacesOpenSpace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Space
         * @description One space. 403 with the reason as its code when it is closed to this person, else 404.
         */
        get: operations["ApiSpacesSpaceIdSpace"];
        /**
         * Rename space
         * @description Give it another name. 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`.
         */
        put: operations["ApiSpacesSpaceIdRenameSpace"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Archive space
         * @description Make it read-only for good. 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`.
         */
        post: operations["ApiSpacesSpaceIdArchiveArchiveSpace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/attendance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Held lessons
         * @description The lessons that were held in a space, with how many of each school came. 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdAttendanceHeldLessons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Balance of space
         * @description The same over all lessons of a space, and who led how many. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdBalanceBalanceOfSpace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set classes
         * @description Say which classes of my school take part. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
         *     409 `invalid_transition`.
         */
        put: operations["ApiSpacesSpaceIdClassesSetClasses"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/companions/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take off device
         * @description Take a student of my school off the devices of others in a space that I run. 403 `not_allowed`,
         *     404 `not_found`.
         */
        delete: operations["ApiSpacesSpaceIdCompanionsUserIdTakeOffDevice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files
         * @description The files of a space, and what I may do with them. `as_id`: what somebody may who shares my device.
         *     `sealed`: what was deleted or refused, for safeguarding leads; nothing for others. 403 with the reason as
         *     its code when the space is closed to this person, else 404.
         */
        get: operations["ApiSpacesSpaceIdFilesFiles"];
        put?: never;
        /**
         * Add file
         * @description Add a file: its content is the body, of any media type. `as_id`: in the name of somebody who shares my
         *     device. 400 `file_type`, `file_mismatch`,
         *     `file_empty`, `file_unreadable`, `file_locked`, `file_unsafe`, `file_pages`, `file_infected` or
         *     `file_cut`, 403 `not_allowed` or `file_held`, 409 `file_space_full`, 413 `file_too_large` (with
         *     `most_bytes`), 429 `file_daily_limit` or `files_busy`, 503 `files_unavailable`.
         */
        post: operations["ApiSpacesSpaceIdFilesAddFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/glossary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * In space
         * @description The glossary of the partnership that the space is of, for whoever may read its chat. 403 with the
         *     reason as its code, 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdGlossaryInSpace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/hours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Space hours
         * @description When it is open for my school's students. 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdHoursSpaceHours"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/lesson-plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Planned lessons
         * @description The lessons of a space that were planned in steps, the latest first. 403 `not_allowed`,
         *     404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdLessonPlansPlannedLessons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/lessons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lessons in
         * @description The lessons of a space, to come or over. Proposals, and what was cancelled, are for the staff of its
         *     schools; what is asked is for the adults who may answer.
         */
        get: operations["ApiSpacesSpaceIdLessonsLessonsIn"];
        put?: never;
        /**
         * Propose
         * @description Propose lessons to the other schools. 409 `time_taken`, `cannot_host`, `needs_mentor`.
         */
        post: operations["ApiSpacesSpaceIdLessonsPropose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/link-teacher": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Name link teacher
         * @description Hand my school's part over. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
         *     409 `invalid_transition`.
         */
        put: operations["ApiSpacesSpaceIdLinkTeacherNameLinkTeacher"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages
         * @description The newest messages after `after`: staff read them also when the partnership is not active.
         */
        get: operations["ApiSpacesSpaceIdMessagesMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/messages/{message_id}/reactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reactions
         * @description Who reacted to a message, and how: the first 100 of each kind. 404 when it is not of this space.
         */
        get: operations["ApiSpacesSpaceIdMessagesMessageIdReactionsReactions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/messages/{message_id}/thread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Thread
         * @description A message and what answers it, in order: the first 200. 404 when it is not of this space.
         */
        get: operations["ApiSpacesSpaceIdMessagesMessageIdThreadThread"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/messages/{message_id}/translation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Translate message
         * @description What a message says, in another language, by machine. 403 `translation_consent` or the reason why I may
         *     not read here, 404 `translation_off` or `not_found`, 409 `translation_impossible` or `changed_meanwhile`,
         *     429 `translation_too_often`, 503 `translation_busy` or `translation_failed`.
         */
        post: operations["ApiSpacesSpaceIdMessagesMessageIdTranslationTranslateMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/messages/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search
         * @description Messages of this space that hold every word, whatever their case and accents. What was deleted, or
         *     waits for an adult, is not found.
         */
        get: operations["ApiSpacesSpaceIdMessagesSearchSearch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/notes/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Notes versions
         * @description Earlier versions of the notes, the newest first. 403 with the reason as its code, 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdNotesVersionsNotesVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/notes/versions/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Notes version
         * @description One version, as a Yjs update (V1) of the whole document. 403 with the reason as its code, 404
         *     `not_found`: there is none, or no more.
         */
        get: operations["ApiSpacesSpaceIdNotesVersionsSeqNotesVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/opening": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open space
         * @description Open it for my school's students, outside school hours and lessons. 400 `invalid`, 403 `not_allowed`,
         *     404 `not_found`.
         */
        post: operations["ApiSpacesSpaceIdOpeningOpenSpace"];
        /**
         * Close space
         * @description Close it again before its time. 403 `not_allowed`, 404 `not_found`.
         */
        delete: operations["ApiSpacesSpaceIdOpeningCloseSpace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/pages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Board pages
         * @description The pages of the board that I may see: for staff also those that are prepared or were taken away. 403
         *     with the reason as its code, 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdPagesBoardPages"];
        put?: never;
        /**
         * Add page
         * @description Add a page, empty or as a copy. 400 `invalid`, 403 `not_allowed`, 404 `not_found`.
         */
        post: operations["ApiSpacesSpaceIdPagesAddPage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/pages/{page_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove page
         * @description Take a page away; it is kept and can be brought back. 400 `invalid`, 403 `not_allowed`,
         *     404 `not_found`.
         */
        delete: operations["ApiSpacesSpaceIdPagesPageIdRemovePage"];
        options?: never;
        head?: never;
        /**
         * Change page
         * @description Name it, move it, hide it from students or show it. 400 `invalid`, 403 `not_allowed`,
         *     404 `not_found`.
         */
        patch: operations["ApiSpacesSpaceIdPagesPageIdChangePage"];
        trace?: never;
    };
    "/api/spaces/{space_id}/pages/{page_id}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring page back
         * @description Bring back a page that was taken away. 400 `invalid`, 403 `not_allowed`, 404 `not_found`.
         */
        post: operations["ApiSpacesSpaceIdPagesPageIdReturnBringPageBack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/polls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Polls
         * @description What was asked, the newest first, with the results by school. Students, guests and advisers read of
         *     what was revealed. 403 with the reason as its code, 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdPollsPolls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/polls/{poll_id}/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Answers
         * @description How the students of my own school answered a quiz, by alias, once it is closed; of a word cloud, what
         *     the filter held back. Of any other poll nothing. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdPollsPollIdAnswersAnswers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/polls/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export
         * @description The counts of every poll as a table: a row for each answer and school, and one for how many answered.
         *     Nothing by person. It is written into the log. 403 `not_allowed`, 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdPollsExportCsvExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/recaps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recaps
         * @description The lessons of a space that are over. 403 with the reason as its code, 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdRecapsRecaps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/record": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Space record
         * @description Classes, link teachers, terms, and what I may do. 404 `not_found`.
         */
        get: operations["ApiSpacesSpaceIdRecordSpaceRecord"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/removals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List removals
         * @description Who is out of a space now, for adults who run it. 403 `not_allowed`.
         */
        get: operations["ApiSpacesSpaceIdRemovalsListRemovals"];
        put?: never;
        /**
         * Remove
         * @description Send somebody out of a space at once, on every device. 400 `invalid`, 403 `not_allowed`,
         *     404 `not_found`, 409 `already_done`.
         */
        post: operations["ApiSpacesSpaceIdRemovalsRemove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/removals/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Lift removal
         * @description Let somebody in again. 403 `not_allowed`, 404 `not_found`.
         */
        delete: operations["ApiSpacesSpaceIdRemovalsUserIdLiftRemoval"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/renewal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew space
         * @description Begin the next term; answers with the new space. 403 `not_allowed`, 404 `not_found`,
         *     409 `invalid_transition`.
         */
        post: operations["ApiSpacesSpaceIdRenewalRenewSpace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report
         * @description Tell the safeguarding leads of both schools of a message, a file, an object on the board or a person.
         *     404 `not_found`, 400 `invalid`, 403 `not_allowed`, 429 `too_many_reports`.
         */
        post: operations["ApiSpacesSpaceIdReportsReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/sealed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sealed list
         * @description Messages of which earlier words are kept: for safeguarding leads of the schools that take part (else
         *     403). The words are not among them.
         */
        get: operations["ApiSpacesSpaceIdSealedSealedList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/sealed/{message_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open sealed
         * @description What a message said before it was edited or deleted, oldest first. Who opens it, and why, is written
         *     into the audit log. 404 when nothing is kept, 403 for everyone but safeguarding leads.
         */
        post: operations["ApiSpacesSpaceIdSealedMessageIdOpenSealed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/slots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Slots
         * @description Find a time for a lesson: for those who moderate the space. 404 where no class takes part yet.
         */
        get: operations["ApiSpacesSpaceIdSlotsSlots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/translation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Translate draft
         * @description What I have written myself and not sent, in another language, by machine. Codes as for a message, and
         *     403 `not_allowed` where I may not write.
         */
        post: operations["ApiSpacesSpaceIdTranslationTranslateDraft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/spaces/{space_id}/working-alone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set working alone
         * @description Let students write and draw here without an adult, outside lessons, or no longer. 403 `not_allowed`,
         *     404 `not_found`, 409 `invalid_transition`.
         */
        put: operations["ApiSpacesSpaceIdWorkingAloneSetWorkingAlone"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/staff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List staff
         * @description The staff of my school, by name. 403 `not_allowed` for guests.
         */
        get: operations["ApiStaffListStaff"];
        put?: never;
        /**
         * Create staff
         * @description An account at my school, unverified. 400 `invalid`, 403 `not_allowed`, 409 `email_taken`.
         */
        post: operations["ApiStaffCreateStaff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/staff/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Edit staff
         * @description Name and posts. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `last_manager`.
         */
        put: operations["ApiStaffUserIdEditStaff"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/staff/{user_id}/disabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable staff
         * @description Close an account at once. 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition` or
         *     `last_manager`.
         */
        post: operations["ApiStaffUserIdDisabledDisableStaff"];
        /**
         * Enable staff
         * @description Open it again. 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`.
         */
        delete: operations["ApiStaffUserIdDisabledEnableStaff"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/staff/{user_id}/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify staff
         * @description Confirm who they are. 403 `not_allowed` (also for oneself), 404 `not_found`,
         *     409 `invalid_transition`.
         */
        post: operations["ApiStaffUserIdVerificationVerifyStaff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/staff/{user_id}/welcome-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make welcome link
         * @description A new link, for a lost one or a forgotten password; older ones stop working. 403 `not_allowed`,
         *     404 `not_found`, 409 `invalid_transition`.
         */
        post: operations["ApiStaffUserIdWelcomeLinkMakeWelcomeLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/today": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Today
         * @description My spaces, who is in them now, and the schools I share them with.
         */
        get: operations["ApiTodayToday"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/translation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Translator
         * @description What translates on this server, and into which languages. 503 `translation_failed`.
         */
        get: operations["ApiTranslationTranslator"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vocabulary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get vocabulary
         * @description The words that schools are found by.
         */
        get: operations["ApiVocabularyGetVocabulary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/welcome": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use welcome
         * @description Choose the password; the link is used up. Sign in next. 400 `password_unfit`, 404 `link_over`,
         *     429 `too_many_tries`.
         */
        post: operations["ApiWelcomeUseWelcome"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/welcome/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at welcome
         * @description Whose welcome link it is. 404 `link_over`, 429 `too_many_tries`.
         */
        post: operations["ApiWelcomeLookLookAtWelcome"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AboutMe */
        AboutMe: {
            ground_rules: components["schemas"]["GroundRulesView"];
        };
        /** AcceptedRules */
        AcceptedRules: {
            version: number;
        };
        /** Actor */
        Actor: {
            name: string;
            school_name: string;
        };
        /** Administrator */
        Administrator: {
            email: string;
            name: string;
        };
        /** Affected */
        Affected: {
            failing: components["schemas"]["Rule"][];
            /** Format: uuid */
            id: string;
            kind: string;
            name: string;
            status: string;
        };
        /** Agreeing */
        Agreeing: {
            digest: string;
        };
        /** Change */
        agreements_difference_Change: {
            after: string;
            before: string;
            field: string;
            kind: components["schemas"]["ChangeKind"];
            parts: components["schemas"]["Part"][];
            position?: number | null;
            school_id?: string | null;
        };
        /** AgreementText */
        AgreementText: {
            barriers?: components["schemas"]["Barrier"][];
            duties?: components["schemas"]["Task"][];
            /** Format: date */
            expires_on: string;
            /** @default  */
            extra: string;
            goals: components["schemas"]["Goal"][];
            internet: {
                [key: string]: components["schemas"]["Internet"];
            };
            /** Format: date */
            review_on: string;
            /** @default  */
            time_difference: string;
            typical_days: {
                [key: string]: string;
            };
            weekly_minutes: {
                [key: string]: number;
            };
        };
        /** AgreementView */
        AgreementView: {
            in_force: components["schemas"]["LiveVersion"] | null;
            is_needed: boolean;
            is_review_due: boolean;
            /** Format: date */
            latest_expiry: string;
            may: string[];
            next: string | null;
            proposed: components["schemas"]["LiveVersion"] | null;
            schools: components["schemas"]["SchoolView"][];
            versions: components["schemas"]["VersionItem"][];
        };
        /** AliasOffer */
        AliasOffer: {
            alias: string;
            avatar: string;
        };
        /** Answer */
        Answer: {
            yes: boolean;
        };
        /**
         * AskKind
         * @enum {string}
         */
        AskKind: "plan" | "move" | "cancel";
        /** AskView */
        AskView: {
            all_to_come: boolean;
            /** Format: date-time */
            asked_at: string;
            asked_by: string;
            ends_at: string | null;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["AskKind"];
            lesson_id: string | null;
            may: string[];
            said_yes: string[];
            /** Format: uuid */
            school_id: string;
            starts_at: string | null;
            waiting_for: string[];
        };
        /** AssentView */
        AssentView: {
            digest: string;
            /** Format: date-time */
            given_at: string;
            kind: string;
            person: string;
            /** Format: uuid */
            school_id: string;
            withdrawn_at: string | null;
        };
        /** Stretch */
        attendance_Stretch: {
            /** Format: date-time */
            came_at: string;
            left_at: string | null;
        };
        /** Attended */
        Attended: {
            class_name: string;
            kind: string;
            minutes: number;
            name: string;
            /** Format: uuid */
            school_id: string;
            stretches: components["schemas"]["attendance_Stretch"][];
            /** Format: uuid */
            user_id: string;
        };
        /** AuditItem */
        AuditItem: {
            act: string;
            actor_id: string | null;
            actor_name: string;
            actor_school: string;
            after: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            at: string;
            before: {
                [key: string]: unknown;
            };
            hash: string;
            partnership_id: string | null;
            partnership_name: string;
            school_id: string | null;
            school_name: string;
            seq: number;
            subject_id: string | null;
            subject_name: string;
        };
        /** AuditPage */
        AuditPage: {
            items: components["schemas"]["AuditItem"][];
            names: {
                [key: string]: string;
            };
            next: string;
        };
        /** BanPage */
        BanPage: {
            items: components["schemas"]["BanView"][];
            next: string;
        };
        /** BanView */
        BanView: {
            /** Format: date-time */
            banned_at: string;
            kind: string;
            name: string;
            reason: string;
            /** Format: uuid */
            school_id: string;
            /** Format: uuid */
            user_id: string;
        };
        /** Barrier */
        Barrier: {
            barrier: string;
            strategy: string;
        };
        /** BellTimes */
        BellTimes: {
            days?: components["schemas"]["Period"][][];
        };
        /** BoardMember */
        BoardMember: {
            latitude: number | null;
            longitude: number | null;
            role: string;
            school: components["schemas"]["SchoolView"];
            status: string;
        };
        /** BoardPartnership */
        BoardPartnership: {
            coordinates: boolean;
            /** Format: uuid */
            id: string;
            kind: string;
            members: components["schemas"]["BoardMember"][];
            name: string;
            programme_name: string;
            rules: components["schemas"]["Rule"][];
            spaces: components["schemas"]["BoardSpace"][];
            status: string;
            status_reason: string;
        };
        /** BoardSpace */
        BoardSpace: {
            /** Format: uuid */
            id: string;
            kind: string;
            life: components["schemas"]["Life"][];
            name: string;
        };
        /** BoardView */
        BoardView: {
            items: components["schemas"]["BoardPartnership"][];
            weeks: components["schemas"]["Week"][];
        };
        /** Broken */
        Broken: {
            problem: string;
            seq: number;
        };
        /** Browser */
        Browser: {
            auth: string;
            endpoint: string;
            /** @default en */
            language: string;
            p256dh: string;
        };
        /** BrowserGone */
        BrowserGone: {
            endpoint: string;
        };
        /** CalendarFile */
        CalendarFile: {
            /** @default true */
            dry_run: boolean;
            otherwise?: components["schemas"]["DateKind"] | null;
            text: string;
        };
        /** CalendarView */
        CalendarView: {
            bell_times: components["schemas"]["BellTimes"];
            can_edit: boolean;
            dates: components["schemas"]["DateView"][];
            timezone: string;
        };
        /** Cancelling */
        Cancelling: {
            /** @default false */
            all_to_come: boolean;
        };
        /** CardPage */
        CardPage: {
            items: components["schemas"]["LessonCard"][];
            next: string;
        };
        /** CardsWanted */
        CardsWanted: {
            student_ids?: string[];
            /** @default false */
            with_pictures: boolean;
        };
        /** ChangedEntry */
        ChangedEntry: {
            /** @default  */
            note: string;
            version: number;
            words: components["schemas"]["WordBody"][];
        };
        /**
         * ChangeKind
         * @enum {string}
         */
        ChangeKind: "added" | "removed" | "changed";
        /** Found */
        chat_api_Found: {
            messages: components["schemas"]["StoredMessage"][];
            next: number | null;
        };
        /** Speaker */
        chat_api_Speaker: {
            avatar: string;
            class_name: string;
            kind: string;
            name: string;
            /** Format: uuid */
            school_id: string;
            /** Format: uuid */
            user_id: string;
        };
        /** Choice */
        Choice: {
            held?: number[];
            picks?: number[];
            words?: string[];
        };
        /** ClassBody */
        ClassBody: {
            name: string;
            school_year: string;
        };
        /** ClassCode */
        ClassCode: {
            code: string;
        };
        /** ClassConsentView */
        ClassConsentView: {
            archived_at: string | null;
            /** Format: uuid */
            id: string;
            name: string;
            school_year: string;
            students: components["schemas"]["StudentConsent"][];
        };
        /** ClassDetail */
        ClassDetail: {
            archived_at: string | null;
            code: string;
            /** Format: uuid */
            id: string;
            may_manage: boolean;
            name: string;
            school_year: string;
            student_count: number;
            students: components["schemas"]["RosterStudent"][];
            teachers: components["schemas"]["TeacherName"][];
        };
        /** ClassItem */
        ClassItem: {
            archived_at: string | null;
            code: string;
            /** Format: uuid */
            id: string;
            name: string;
            school_year: string;
            student_count: number;
            teachers: components["schemas"]["TeacherName"][];
        };
        /** Classmate */
        Classmate: {
            alias: string;
            avatar: string;
            /** Format: uuid */
            id: string;
        };
        /** ClassPage */
        ClassPage: {
            items: components["schemas"]["ClassItem"][];
            may_manage: boolean;
            next: string;
        };
        /** ClassStudent */
        ClassStudent: {
            alias: string;
            avatar: string;
            /** Format: uuid */
            id: string;
        };
        /** ClassView */
        ClassView: {
            class_name: string;
            code: string;
            school_name: string;
            students: components["schemas"]["ClassStudent"][];
        };
        /** ClassWish */
        ClassWish: {
            /** Format: uuid */
            class_id: string;
            /** @default false */
            ends: boolean;
            name: string;
        };
        /** Closing */
        Closing: {
            note: string;
        };
        /** ClusterPage */
        ClusterPage: {
            items: components["schemas"]["ClusterView"][];
            next: string;
        };
        /** ClusterView */
        ClusterView: {
            coordinator_school: components["schemas"]["SchoolView"] | null;
            /** Format: uuid */
            id: string;
            name: string;
            programme_name: string;
            request_id: string | null;
            schools: components["schemas"]["SchoolView"][];
            status: string;
        };
        /**
         * Code
         * @description What kind of change.
         * @enum {string}
         */
        Code: "add_class" | "rename_class" | "link_class" | "reopen_class" | "archive_class" | "add_student" | "rename_student" | "change_alias" | "link_student" | "return_student" | "remove_student" | "add_staff" | "rename_staff" | "change_email" | "link_staff" | "add_posts" | "remove_staff" | "join_class" | "leave_class";
        /** ColleaguePage */
        ColleaguePage: {
            items: components["schemas"]["ColleagueView"][];
            next: string;
        };
        /** ColleagueView */
        ColleagueView: {
            name: string;
            posts: string[];
            /** Format: uuid */
            school_id: string;
            school_name: string;
            /** Format: uuid */
            user_id: string;
        };
        /** Condition */
        Condition: {
            code: string;
            detail: string;
            met: boolean;
            params?: {
                [key: string]: unknown;
            };
        };
        /** ConsentAnswer */
        ConsentAnswer: {
            given: boolean;
            giver: components["schemas"]["Giver"];
            kind: components["schemas"]["ConsentKind"];
            paper: string;
            recorded_by: string;
            /** Format: date-time */
            since: string;
            until: string | null;
        };
        /** ConsentClass */
        ConsentClass: {
            /** Format: uuid */
            id: string;
            name: string;
            school_year: string;
            students: number;
            unanswered: number;
            without_rules: number;
        };
        /** ConsentClasses */
        ConsentClasses: {
            items: components["schemas"]["ConsentClass"][];
            next: string;
        };
        /**
         * ConsentKind
         * @description What is asked for a student. Without an entry the answer is no.
         * @enum {string}
         */
        ConsentKind: "camera" | "voice" | "recording" | "publication" | "machine_translation";
        /** ConsentPage */
        ConsentPage: {
            items: components["schemas"]["ConsentAnswer"][];
            next: string;
        };
        /** CoordinatorView */
        CoordinatorView: {
            disabled: boolean;
            name: string;
            /** Format: uuid */
            school_id: string;
            /** Format: date-time */
            since: string;
            /** Format: uuid */
            user_id: string;
        };
        /** Count */
        Count: {
            counts: number[];
            /** @default false */
            held: boolean;
            /** @default  */
            word: string;
        };
        /**
         * DateKind
         * @enum {string}
         */
        DateKind: "term" | "holiday";
        /**
         * DateSource
         * @default manual
         * @enum {string}
         */
        DateSource: "manual" | "calendar_file" | "public_holiday";
        /** DateView */
        DateView: {
            /** Format: date */
            first_day: string;
            kind: components["schemas"]["DateKind"];
            /** Format: date */
            last_day: string;
            name: string;
            source: components["schemas"]["DateSource"];
        };
        /** DayHours */
        DayHours: {
            mine: components["schemas"]["Interval"] | null;
            /** Format: date */
            on: string;
            shared: components["schemas"]["Interval"][];
            theirs: components["schemas"]["Interval"][];
        };
        /** DelegationList */
        DelegationList: {
            items: components["schemas"]["DelegationView"][];
        };
        /** DelegationView */
        DelegationView: {
            duty: string;
            /** Format: date-time */
            granted_at: string;
            /** Format: uuid */
            id: string;
            name: string;
            /** Format: uuid */
            school_id: string;
            /** Format: date-time */
            until: string;
            /** Format: uuid */
            user_id: string;
        };
        /** DeviceName */
        DeviceName: {
            name: string;
        };
        /** DeviceView */
        DeviceView: {
            /** Format: uuid */
            id: string;
            last_used_at: string | null;
            /** Format: date-time */
            made_at: string;
            name: string;
        };
        /** Difference */
        Difference: {
            sections: components["schemas"]["SectionChanges"][];
        };
        /** DirectoryEntry */
        DirectoryEntry: {
            name: string;
            partnerships: components["schemas"]["PartnershipName"][];
            posts: string[];
            school: components["schemas"]["SchoolView"];
            /** Format: uuid */
            user_id: string;
        };
        /** DirectoryPage */
        DirectoryPage: {
            items: components["schemas"]["DirectoryEntry"][];
            next: string;
        };
        /** Duties */
        Duties: {
            /** @default 0 */
            reports: number;
            to_decide?: components["schemas"]["Waiting"][];
            to_sign?: components["schemas"]["Waiting"][];
        };
        /**
         * Duty
         * @description A part of the coordinator's role that can be handed to somebody.
         * @enum {string}
         */
        Duty: "invite_schools" | "open_spaces" | "run_lessons" | "manage_grant" | "review";
        /** EntryView */
        EntryView: {
            /** Format: date-time */
            changed_at: string;
            changed_by: string;
            /** Format: uuid */
            id: string;
            note: string;
            version: number;
            words: components["schemas"]["Word"][];
        };
        /**
         * Experience
         * @description Of partnerships and grants.
         * @default none
         * @enum {string}
         */
        Experience: "none" | "some" | "strong";
        /** FeedView */
        FeedView: {
            made_at: string | null;
        };
        /** FilePage */
        FilePage: {
            files: components["schemas"]["FileView"][];
            next: string;
            opens_sealed: boolean;
            taken: {
                [key: string]: number;
            };
        };
        /** FileView */
        FileView: {
            checking: boolean;
            /** Format: date-time */
            created_at: string;
            deleted_at: string | null;
            has_thumbnail: boolean;
            height: number | null;
            /** Format: uuid */
            id: string;
            kind: string;
            media_type: string;
            moves: string[];
            name: string;
            needs_adult: boolean;
            size_bytes: number;
            state: string;
            uploader: components["schemas"]["Uploader"];
            width: number | null;
        };
        /** FinderPage */
        FinderPage: {
            items: components["schemas"]["FinderSchool"][];
            next: string;
        };
        /** FinderProfile */
        FinderProfile: {
            experience: string;
            funding: string;
            interests: string[];
            internet: string;
            languages: string[];
            looks_for: string;
            offers: string;
            oldest: number;
            phase: string;
            priorities: string[];
            reasons: components["schemas"]["Reason"][];
            school: components["schemas"]["SchoolView"];
            score: number;
            town: string;
            week: components["schemas"]["DayHours"][];
            youngest: number;
        };
        /** FinderSchool */
        FinderSchool: {
            experience: string;
            interests: string[];
            internet: string;
            languages: string[];
            oldest: number;
            phase: string;
            priorities: string[];
            reasons: components["schemas"]["Reason"][];
            school: components["schemas"]["SchoolView"];
            score: number;
            town: string;
            youngest: number;
        };
        /** FormerWords */
        FormerWords: {
            /** Format: date-time */
            replaced_at: string;
            text: string;
        };
        /**
         * Funding
         * @default state
         * @enum {string}
         */
        Funding: "state" | "independent";
        /**
         * Giver
         * @description Who said yes or no, in words: their name is on the school's paper and not here.
         * @enum {string}
         */
        Giver: "parent" | "school" | "student";
        /** GlossaryPage */
        GlossaryPage: {
            items: components["schemas"]["EntryView"][];
            languages: string[];
            may_edit: boolean;
            next: string;
        };
        /** Goal */
        Goal: {
            /** @default  */
            baseline: string;
            text: string;
        };
        /** GrantList */
        GrantList: {
            items: components["schemas"]["GrantStanding"][];
            may_export: boolean;
        };
        /** GrantRules */
        GrantRules: {
            cap: number;
            cap_per_school?: number | null;
            code: string;
            currency: string;
            kind: components["schemas"]["PartnershipKind"];
            /** @default 1 */
            min_home: number;
            /** @default 1 */
            min_overseas: number;
            name: string;
            /** @default false */
            needs_agreement: boolean;
            /** @default true */
            state_funded_only: boolean;
        };
        /** GrantStanding */
        GrantStanding: {
            amount: number;
            cap: number;
            cap_per_school: number | null;
            code: string;
            conditions: components["schemas"]["Condition"][];
            currency: string;
            eligible: boolean;
            name: string;
            schools: number;
        };
        /** GroundRulesView */
        GroundRulesView: {
            accepted_at: string | null;
            version: number;
            wording: components["schemas"]["Wording"];
        };
        /** HandedOver */
        HandedOver: {
            warnings: string[];
        };
        /** Handover */
        Handover: {
            from?: string | null;
            /** Format: uuid */
            to: string;
        };
        /** HeldLessons */
        HeldLessons: {
            items: components["schemas"]["LessonCount"][];
            next: string;
        };
        /** HolidaysView */
        HolidaysView: {
            dates: components["schemas"]["ReadDate"][];
            is_known: boolean;
            year: number;
        };
        /**
         * Hosting
         * @description Whether a school in a role may run joint lessons.
         * @default yes
         * @enum {string}
         */
        Hosting: "yes" | "with_mentor" | "no";
        /** HoursView */
        HoursView: {
            has_bell_times: boolean;
            may_open: boolean;
            open_now: boolean;
            opening: components["schemas"]["OpeningView"] | null;
            opens_at: string | null;
        };
        /** Imported */
        Imported: {
            counts: {
                [key: string]: number;
            };
        };
        /** ImportView */
        ImportView: {
            added: components["schemas"]["ReadDate"][];
            is_dry_run: boolean;
            kept: number;
            problems: components["schemas"]["RowProblem"][];
        };
        /**
         * Internet
         * @default limited
         * @enum {string}
         */
        Internet: "good" | "limited" | "poor";
        /** Interval */
        Interval: {
            /** Format: date-time */
            end: string;
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            their_end: string;
            /** Format: date-time */
            their_start: string;
        };
        /** Invitation */
        Invitation: {
            role?: components["schemas"]["MemberRole"];
            /** Format: uuid */
            school_id: string;
        };
        /** Invited */
        Invited: {
            person: components["schemas"]["StaffView"];
            welcome_path: string;
        };
        /** JoinDecision */
        JoinDecision: {
            accept: boolean;
            /** @default  */
            answer: string;
            role?: components["schemas"]["MemberRole"];
        };
        /** Joining */
        Joining: {
            pictures: string[];
            /** Format: uuid */
            user_id: string;
        };
        /** JoinMessage */
        JoinMessage: {
            message: string;
        };
        /** JoinRequestPage */
        JoinRequestPage: {
            items: components["schemas"]["JoinRequestView"][];
            next: string;
        };
        /** JoinRequestView */
        JoinRequestView: {
            answer: string;
            /** Format: date-time */
            asked_at: string;
            decided_at: string | null;
            /** Format: uuid */
            id: string;
            message: string;
            /** Format: uuid */
            partnership_id: string;
            partnership_name: string;
            school: components["schemas"]["SchoolView"];
            status: string;
        };
        /** Lately */
        Lately: {
            items: components["schemas"]["RecapCard"][];
        };
        /** Leaving */
        Leaving: {
            breaks: components["schemas"]["Rule"][];
            ends: boolean;
        };
        /** LessonAttendance */
        LessonAttendance: {
            lesson: components["schemas"]["LessonCount"];
            may_export: boolean;
            people: components["schemas"]["Attended"][];
        };
        /** LessonBalance */
        LessonBalance: {
            ended_at: string | null;
            host_school_id: string | null;
            /** Format: uuid */
            lesson_id: string;
            schools: components["schemas"]["SchoolBalance"][];
            /** Format: date-time */
            started_at: string;
            title: string;
        };
        /** LessonCard */
        LessonCard: {
            /** Format: date-time */
            ends_at: string;
            /** Format: uuid */
            id: string;
            schools: components["schemas"]["SchoolView"][];
            /** Format: uuid */
            space_id: string;
            space_name: string;
            started_at: string | null;
            /** Format: date-time */
            starts_at: string;
            status: components["schemas"]["LessonStatus"];
            title: string;
        };
        /** LessonCount */
        LessonCount: {
            ended_at: string | null;
            host_school_id: string | null;
            /** Format: uuid */
            lesson_id: string;
            schools: components["schemas"]["SchoolCount"][];
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            starts_at: string;
            title: string;
        };
        /** LessonPage */
        LessonPage: {
            items: components["schemas"]["LessonView"][];
            may_plan: boolean;
            next: string;
            schools: components["schemas"]["SchoolView"][];
            space_name: string;
        };
        /** Found */
        lessons_slots_Found: {
            near_misses: components["schemas"]["Slot"][];
            notes: components["schemas"]["SlotNote"][];
            slots: components["schemas"]["Slot"][];
        };
        /**
         * LessonStatus
         * @enum {string}
         */
        LessonStatus: "proposed" | "scheduled" | "live" | "ended" | "cancelled";
        /** LessonSteps */
        LessonSteps: {
            /** Format: date-time */
            ends_at: string;
            items: components["schemas"]["StepView"][];
            /** Format: uuid */
            lesson_id: string;
            may_edit: boolean;
            /** Format: uuid */
            space_id: string;
            space_name: string;
            started_at: string | null;
            /** Format: date-time */
            starts_at: string;
            status: components["schemas"]["LessonStatus"];
            title: string;
            version: number;
        };
        /** LessonView */
        LessonView: {
            ask: components["schemas"]["AskView"] | null;
            ended_at: string | null;
            /** Format: date-time */
            ends_at: string;
            host_school_id: string | null;
            /** Format: uuid */
            id: string;
            may: string[];
            number: number;
            of: number;
            series_id: string | null;
            /** Format: uuid */
            space_id: string;
            started_at: string | null;
            /** Format: date-time */
            starts_at: string;
            status: components["schemas"]["LessonStatus"];
            title: string;
        };
        /** Life */
        Life: {
            board_updates: number[];
            messages: number[];
            /** Format: uuid */
            school_id: string;
        };
        /** LinkTeacherName */
        LinkTeacherName: {
            name: string;
            /** Format: uuid */
            user_id: string;
        };
        /** LinkTeacherView */
        LinkTeacherView: {
            name: string;
            /** Format: uuid */
            school_id: string;
        };
        /** LiveVersion */
        LiveVersion: {
            assents: components["schemas"]["AssentView"][];
            digest: string;
            ended_at: string | null;
            /** Format: date */
            expires_on: string;
            in_force_at: string | null;
            may: string[];
            number: number;
            /** Format: date-time */
            proposed_at: string;
            proposed_by: string;
            /** Format: date */
            review_on: string;
            status: string;
            text: components["schemas"]["AgreementText"];
            waiting: string[];
        };
        /** Me */
        Me: {
            avatar: string;
            class_name: string;
            /** Format: uuid */
            id: string;
            kind: string;
            name: string;
            roles: string[];
            school: components["schemas"]["SchoolView"];
        };
        /** MemberChange */
        MemberChange: {
            mentor_id?: string | null;
            role: components["schemas"]["MemberRole"];
        };
        /**
         * MemberRole
         * @default partner
         * @enum {string}
         */
        MemberRole: "lead" | "partner" | "network";
        /** MembershipView */
        MembershipView: {
            accepted_at: string | null;
            /** Format: date-time */
            invited_at: string;
            left_at: string | null;
            mentor_id: string | null;
            role: string;
            school: components["schemas"]["SchoolView"];
            status: string;
        };
        /** Move */
        Move: {
            /** @default false */
            confirmed: boolean;
            move: string;
            /** @default  */
            reason: string;
        };
        /** MyClass */
        MyClass: {
            archived: boolean;
            enrolled: boolean;
            /** Format: uuid */
            id: string;
            mine: boolean;
            name: string;
        };
        /** NewBan */
        NewBan: {
            reason: string;
            /** Format: uuid */
            user_id: string;
        };
        /** NewConsent */
        NewConsent: {
            given: boolean;
            giver: components["schemas"]["Giver"];
            kinds: components["schemas"]["ConsentKind"][];
            /** @default  */
            paper: string;
            user_ids: string[];
        };
        /** NewDate */
        NewDate: {
            /** Format: date */
            first_day: string;
            kind: components["schemas"]["DateKind"];
            /** Format: date */
            last_day: string;
            name: string;
            source?: components["schemas"]["DateSource"];
        };
        /** NewDates */
        NewDates: {
            dates: components["schemas"]["NewDate"][];
        };
        /** NewDelegation */
        NewDelegation: {
            duty: components["schemas"]["Duty"];
            /** Format: date-time */
            until: string;
            /** Format: uuid */
            user_id: string;
        };
        /** NewEntry */
        NewEntry: {
            /** @default  */
            note: string;
            words: components["schemas"]["WordBody"][];
        };
        /** NewFeed */
        NewFeed: {
            path: string;
        };
        /** NewLesson */
        NewLesson: {
            /** @default 1 */
            every_weeks: number;
            host_school_id?: string | null;
            minutes: number;
            /** Format: date-time */
            starts_at: string;
            /** @default 1 */
            times: number;
            title: string;
        };
        /** NewLinkTeacher */
        NewLinkTeacher: {
            /** Format: uuid */
            user_id: string;
        };
        /** NewOpening */
        NewOpening: {
            reason: string;
            /** Format: date-time */
            until: string;
        };
        /** NewPage */
        NewPage: {
            copy_of?: string | null;
            /** @default false */
            is_prepared: boolean;
            title: string;
        };
        /** NewPartnerRequest */
        NewPartnerRequest: {
            kind: components["schemas"]["PartnershipKind"];
            looks_for: string;
            /** @default  */
            message: string;
            offers: string;
            /** Format: uuid */
            programme_id: string;
            /** Format: uuid */
            to_school_id: string;
        };
        /** NewPartnership */
        NewPartnership: {
            kind: components["schemas"]["PartnershipKind"];
            name: string;
            /** Format: uuid */
            programme_id: string;
            school_ids: string[];
        };
        /** NewPassword */
        NewPassword: {
            password: string;
            token: string;
        };
        /** NewProgramme */
        NewProgramme: {
            name: string;
            rules: components["schemas"]["ProgrammeRules"];
            slug: string;
        };
        /** NewRemoval */
        NewRemoval: {
            reason: components["schemas"]["RemovalReason"];
            /** @default false */
            until_lifted: boolean;
            /** Format: uuid */
            user_id: string;
        };
        /** NewReport */
        NewReport: {
            as_id?: string | null;
            /** @default  */
            element_id: string;
            kind: components["schemas"]["ReportKind"];
            reason: components["schemas"]["ReportReason"];
            shown?: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            subject_id: string;
            /** @default  */
            words: string;
        };
        /** NewRequestMessage */
        NewRequestMessage: {
            text: string;
        };
        /** NewSchool */
        NewSchool: {
            administrator: components["schemas"]["Administrator"];
            country: string;
            profile: components["schemas"]["Profile"];
        };
        /** NewSpace */
        NewSpace: {
            class_ids?: string[];
            kind: components["schemas"]["SpaceKind"];
            link_teacher_id?: string | null;
            name: string;
            /** Format: uuid */
            partnership_id: string;
        };
        /** NewStaff */
        NewStaff: {
            email: string;
            name: string;
            posts?: components["schemas"]["StaffRole"][];
        };
        /** NewSteps */
        NewSteps: {
            steps: components["schemas"]["StepView"][];
            version: number;
        };
        /** NewStudents */
        NewStudents: {
            given_names: string[];
        };
        /** NewTime */
        NewTime: {
            /** @default false */
            all_to_come: boolean;
            minutes: number;
            /** Format: date-time */
            starts_at: string;
        };
        /** NewVersion */
        NewVersion: {
            newest: number;
            text: components["schemas"]["AgreementText"];
        };
        /** NewVisit */
        NewVisit: {
            /** @default  */
            email: string;
            /** Format: date-time */
            ends_at: string;
            /** @default  */
            name: string;
            role: components["schemas"]["VisitRole"];
            space_id?: string | null;
            starts_at?: string | null;
            user_id?: string | null;
        };
        /** NotesAuthor */
        NotesAuthor: {
            avatar: string;
            name: string;
            /** Format: uuid */
            school_id: string;
            /** Format: uuid */
            user_id: string;
        };
        /** NotesVersion */
        NotesVersion: {
            /** Format: date-time */
            at: string;
            authors: components["schemas"]["NotesAuthor"][];
            reason: components["schemas"]["VersionReason"];
            seq: number;
        };
        /** NotesVersions */
        NotesVersions: {
            items: components["schemas"]["NotesVersion"][];
            next: string;
        };
        /** Occurrence */
        Occurrence: {
            code: string;
            /** Format: date-time */
            ends_at: string;
            school_ids?: string[];
            /** Format: date-time */
            starts_at: string;
        };
        /**
         * Op
         * @enum {string}
         */
        Op: "same" | "added" | "removed";
        /** OpeningView */
        OpeningView: {
            /** Format: date-time */
            ends_at: string;
            opened_by: string;
            reason: string;
            /** Format: date-time */
            starts_at: string;
        };
        /** OpenSealed */
        OpenSealed: {
            reason: components["schemas"]["SealedReason"];
        };
        /** OtherTerm */
        OtherTerm: {
            archived_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** OwnClass */
        OwnClass: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** PageChange */
        PageChange: {
            is_prepared?: boolean | null;
            place?: number | null;
            title?: string | null;
        };
        /** PageList */
        PageList: {
            items: components["schemas"]["PageView"][];
            may_prepare: boolean;
        };
        /** PageView */
        PageView: {
            /** Format: uuid */
            id: string;
            is_empty: boolean;
            is_prepared: boolean;
            place: number;
            removed_at: string | null;
            title: string;
        };
        /** Part */
        Part: {
            op: components["schemas"]["Op"];
            text: string;
        };
        /** PartnerRequestDetail */
        PartnerRequestDetail: {
            answer_looks_for: string;
            answer_offers: string;
            /** Format: date-time */
            asked_at: string;
            asked_by: string;
            decided_at: string | null;
            from_school: components["schemas"]["SchoolView"];
            /** Format: uuid */
            id: string;
            is_mine: boolean;
            kind: string;
            looks_for: string;
            messages: components["schemas"]["RequestMessageView"][];
            moves: string[];
            offers: string;
            partnership_id: string | null;
            programme_name: string;
            status: string;
            to_school: components["schemas"]["SchoolView"];
        };
        /** PartnerRequestItem */
        PartnerRequestItem: {
            /** Format: date-time */
            asked_at: string;
            decided_at: string | null;
            from_school: components["schemas"]["SchoolView"];
            /** Format: uuid */
            id: string;
            is_mine: boolean;
            kind: string;
            partnership_id: string | null;
            programme_name: string;
            status: string;
            to_school: components["schemas"]["SchoolView"];
        };
        /** PartnerRequestPage */
        PartnerRequestPage: {
            items: components["schemas"]["PartnerRequestItem"][];
            next: string;
        };
        /** PartnershipDetail */
        PartnershipDetail: {
            coordinators: components["schemas"]["CoordinatorView"][];
            /** Format: uuid */
            id: string;
            join_requests: components["schemas"]["JoinRequestView"][];
            kind: string;
            may: string[];
            memberships: components["schemas"]["MembershipView"][];
            moves: string[];
            my_classes: components["schemas"]["OwnClass"][];
            name: string;
            /** Format: uuid */
            programme_id: string;
            programme_name: string;
            rules: components["schemas"]["Rule"][];
            schools: components["schemas"]["SchoolView"][];
            spaces: components["schemas"]["SpaceItem"][];
            status: string;
            /** Format: date-time */
            status_changed_at: string;
            status_reason: string;
        };
        /** PartnershipItem */
        PartnershipItem: {
            /** Format: uuid */
            id: string;
            kind: string;
            name: string;
            programme_name: string;
            schools: components["schemas"]["SchoolView"][];
            status: string;
        };
        /**
         * PartnershipKind
         * @enum {string}
         */
        PartnershipKind: "one_to_one" | "cluster";
        /** PartnershipList */
        PartnershipList: {
            items: components["schemas"]["PartnershipItem"][];
        };
        /** PartnershipName */
        PartnershipName: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** Period */
        Period: {
            end: string;
            name: string;
            start: string;
        };
        /** PersonHere */
        PersonHere: {
            avatar: string;
            kind: string;
            name: string;
            /** Format: uuid */
            school_id: string;
            /** Format: uuid */
            user_id: string;
        };
        /**
         * Phase
         * @enum {string}
         */
        Phase: "primary" | "secondary" | "all_through";
        /** PlannedLesson */
        PlannedLesson: {
            /** Format: uuid */
            lesson_id: string;
            minutes: number;
            /** Format: date-time */
            starts_at: string;
            steps: number;
            title: string;
        };
        /** PlannedLessons */
        PlannedLessons: {
            items: components["schemas"]["PlannedLesson"][];
            next: string;
        };
        /** PlanView */
        PlanView: {
            changes: components["schemas"]["rosters_plan_Change"][];
            counts: {
                [key: string]: number;
            };
            digest: string;
        };
        /**
         * PollKind
         * @enum {string}
         */
        PollKind: "single" | "multiple" | "scale" | "words";
        /** PollPage */
        PollPage: {
            items: components["schemas"]["PollView"][];
            next: string;
        };
        /**
         * PollStatus
         * @enum {string}
         */
        PollStatus: "draft" | "open" | "closed" | "revealed";
        /** PollView */
        PollView: {
            closed_at: string | null;
            /** Format: date-time */
            created_at: string;
            high: string;
            /** Format: uuid */
            id: string;
            is_quiz: boolean;
            kind: components["schemas"]["PollKind"];
            lesson_id: string | null;
            low: string;
            mine: components["schemas"]["Choice"] | null;
            opened_at: string | null;
            options: string[];
            question: string;
            results: components["schemas"]["Results"] | null;
            right: number[] | null;
            status: components["schemas"]["PollStatus"];
        };
        /** Preview */
        Preview: {
            digest: string;
            fail_already: components["schemas"]["Affected"][];
            would_fail: components["schemas"]["Affected"][];
            would_mend: number;
        };
        /**
         * Problem
         * @description What went wrong (RFC 9457). `code` never changes its meaning; `detail` is a sentence to show. Some codes bring more: `fields`, `failing`.
         */
        Problem: {
            code: string;
            detail: string;
            fields?: {
                field: string;
                problem: string;
            }[];
            status: number;
            title: string;
            type: string;
        } & {
            [key: string]: unknown;
        };
        /** Profile */
        Profile: {
            experience?: components["schemas"]["Experience"];
            funding?: components["schemas"]["Funding"];
            interests?: string[];
            internet?: components["schemas"]["Internet"];
            languages: string[];
            latitude?: number | null;
            longitude?: number | null;
            /** @default  */
            looks_for: string;
            name: string;
            /** @default  */
            offers: string;
            /** @default 18 */
            oldest: number;
            phase: components["schemas"]["Phase"];
            priorities?: string[];
            short_name: string;
            timezone: string;
            /** @default  */
            town: string;
            /** @default 5 */
            youngest: number;
        };
        /** ProgrammeDetail */
        ProgrammeDetail: {
            can_edit: boolean;
            /** Format: date-time */
            changed_at: string;
            home_country: string;
            /** Format: uuid */
            id: string;
            kinds: string[];
            name: string;
            office_id: string | null;
            participating_countries: string[];
            rules: components["schemas"]["ProgrammeRules"];
            slug: string;
            version: number;
        };
        /** ProgrammeEdit */
        ProgrammeEdit: {
            digest: string;
            name: string;
            rules: components["schemas"]["ProgrammeRules"];
            version: number;
        };
        /** ProgrammeItem */
        ProgrammeItem: {
            can_edit: boolean;
            home_country: string;
            /** Format: uuid */
            id: string;
            kinds: string[];
            name: string;
            office_id: string | null;
            participating_countries: string[];
            slug: string;
        };
        /** ProgrammeList */
        ProgrammeList: {
            items: components["schemas"]["ProgrammeItem"][];
        };
        /** ProgrammeRules */
        ProgrammeRules: {
            /** @default 24 */
            agreement_max_months: number;
            /** @default false */
            agreement_needed: boolean;
            /** @default 0 */
            cluster_min_home: number;
            /** @default 1 */
            cluster_min_overseas: number;
            /** @default 4 */
            cluster_min_schools: number;
            grants?: components["schemas"]["GrantRules"][];
            home_country: string;
            kinds?: components["schemas"]["PartnershipKind"][];
            participating_countries?: string[];
            retention_days?: {
                [key: string]: number;
            };
            roles?: {
                [key: string]: components["schemas"]["RolePowers"];
            };
        };
        /** Quote */
        Quote: {
            name: string;
            text: string;
        };
        /**
         * ReactionKind
         * @description A small fixed set, so that nobody is told anything rude by a picture.
         * @enum {string}
         */
        ReactionKind: "thumbs_up" | "heart" | "laugh" | "surprise" | "question" | "clap";
        /** ReactionView */
        ReactionView: {
            by: string[];
            count: number;
            kind: components["schemas"]["ReactionKind"];
        };
        /** Reactor */
        Reactor: {
            kind: components["schemas"]["ReactionKind"];
            person: components["schemas"]["chat_api_Speaker"];
        };
        /** ReadDate */
        ReadDate: {
            /** Format: date */
            first_day: string;
            kind: components["schemas"]["DateKind"];
            /** Format: date */
            last_day: string;
            name: string;
        };
        /** Reason */
        Reason: {
            code: string;
            of: number;
            params: {
                [key: string]: unknown;
            };
            points: number;
        };
        /** Recap */
        Recap: {
            host_school_id: string | null;
            lesson: components["schemas"]["RecapCard"];
            may_export: boolean;
            may_see_people: boolean;
            notes: components["schemas"]["RecapNotes"][];
            open: boolean;
            pages: components["schemas"]["RecapPage"][];
            rooms: components["schemas"]["RecapRoom"][];
        };
        /** Speaker */
        recap_messages_Speaker: {
            avatar: string;
            class_name: string;
            kind: string;
            name: string;
            /** Format: uuid */
            school_id: string;
            /** Format: uuid */
            user_id: string;
        };
        /** RecapCard */
        RecapCard: {
            ended_at: string | null;
            /** Format: uuid */
            lesson_id: string;
            schools: components["schemas"]["RecapSchool"][];
            /** Format: uuid */
            space_id: string;
            space_name: string;
            /** Format: date-time */
            started_at: string;
            title: string;
        };
        /** RecapCards */
        RecapCards: {
            items: components["schemas"]["RecapCard"][];
            next: string;
        };
        /** RecapFile */
        RecapFile: {
            added_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            kind: string;
            name: string;
            size_bytes: number;
        };
        /** RecapFiles */
        RecapFiles: {
            items: components["schemas"]["RecapFile"][];
            next: string;
        };
        /** RecapMessage */
        RecapMessage: {
            author: components["schemas"]["recap_messages_Speaker"];
            edited_at: string | null;
            /** Format: uuid */
            id: string;
            is_reply: boolean;
            pinned: boolean;
            quote: components["schemas"]["Quote"] | null;
            /** Format: uuid */
            room_id: string;
            /** Format: date-time */
            sent_at: string;
            seq: number;
            text: string;
        };
        /** RecapMessages */
        RecapMessages: {
            items: components["schemas"]["RecapMessage"][];
            next: string;
        };
        /** RecapNotes */
        RecapNotes: {
            /** Format: uuid */
            board_id: string;
            kept_seq: number | null;
            /** Format: uuid */
            room_id: string;
        };
        /** RecapPage */
        RecapPage: {
            /** Format: uuid */
            board_id: string;
            /** Format: date-time */
            drawn_at: string;
            /** Format: uuid */
            room_id: string;
            title: string;
        };
        /** RecapRoom */
        RecapRoom: {
            is_group: boolean;
            messages: number;
            number: number | null;
            /** Format: uuid */
            space_id: string;
        };
        /** RecapSchool */
        RecapSchool: {
            came_at: string | null;
            left_at: string | null;
            school: components["schemas"]["SchoolView"];
            staff: number;
            students: number;
        };
        /** Receipt */
        Receipt: {
            acknowledged_at: string | null;
            acknowledged_by: string;
            closed_at: string | null;
            closed_by: string;
            has_lead: boolean;
            is_mine: boolean;
            note: string;
            /** Format: uuid */
            school_id: string;
            school_name: string;
        };
        /** Registered */
        Registered: {
            school: components["schemas"]["SchoolDetail"];
            welcome_path: string;
        };
        /** RemindersView */
        RemindersView: {
            browsers: number;
            by_mail: boolean;
            mail_is_sent: boolean;
            push_key: string;
        };
        /** ReminderWish */
        ReminderWish: {
            by_mail: boolean;
        };
        /**
         * RemovalReason
         * @enum {string}
         */
        RemovalReason: "unkind" | "language" | "disturbs" | "contact" | "not_themselves" | "other";
        /** RemovalView */
        RemovalView: {
            avatar: string;
            kind: string;
            name: string;
            reason: components["schemas"]["RemovalReason"];
            /** Format: date-time */
            removed_at: string;
            /** Format: uuid */
            school_id: string;
            until: string | null;
            /** Format: uuid */
            user_id: string;
        };
        /** ReportItem */
        ReportItem: {
            acknowledged_at: string | null;
            closed_at: string | null;
            /** Format: uuid */
            id: string;
            is_overdue: boolean;
            kind: components["schemas"]["ReportKind"];
            /** Format: date-time */
            overdue_at: string;
            person: components["schemas"]["Whom"] | null;
            reason: components["schemas"]["ReportReason"];
            /** Format: date-time */
            reported_at: string;
            reporter: components["schemas"]["Whom"];
            space_name: string;
        };
        /**
         * ReportKind
         * @enum {string}
         */
        ReportKind: "message" | "file" | "board" | "person";
        /** ReportPage */
        ReportPage: {
            items: components["schemas"]["ReportItem"][];
            next: string;
        };
        /**
         * ReportReason
         * @enum {string}
         */
        ReportReason: "bullying" | "unkind" | "contact" | "frightening" | "not_safe" | "other";
        /** ReportView */
        ReportView: {
            item: components["schemas"]["ReportItem"];
            partnership_id: string | null;
            receipts: components["schemas"]["Receipt"][];
            snapshot: components["schemas"]["Snapshot"];
            space_id: string | null;
            words: string;
        };
        /** RequestDecision */
        RequestDecision: {
            /** @default  */
            answer_looks_for: string;
            /** @default  */
            answer_offers: string;
            /** @default  */
            message: string;
            move: string;
        };
        /** RequestMessageView */
        RequestMessageView: {
            author_name: string;
            /** Format: uuid */
            school_id: string;
            /** Format: date-time */
            sent_at: string;
            text: string;
        };
        /**
         * RequestStatus
         * @enum {string}
         */
        RequestStatus: "open" | "accepted" | "declined" | "withdrawn";
        /** Results */
        Results: {
            counts: components["schemas"]["Count"][];
            schools: string[];
            voters: number[];
        };
        /** RolePowers */
        RolePowers: {
            hosts?: components["schemas"]["Hosting"];
            /** @default false */
            invites: boolean;
            /** @default false */
            opens_cluster_wide: boolean;
        };
        /** RolloverBody */
        RolloverBody: {
            /** @default true */
            carry_enrolments: boolean;
            classes?: components["schemas"]["ClassWish"][];
            /** @default  */
            digest: string;
            leavers?: string[];
            new_year: string;
            school_year: string;
        };
        /** RolloverView */
        RolloverView: {
            digest: string;
            done: boolean;
            steps: components["schemas"]["Step"][];
        };
        /** RosterFiles */
        RosterFiles: {
            files: string[];
            /** @default  */
            org: string;
        };
        /** RosterImport */
        RosterImport: {
            /** @default  */
            digest: string;
            files: string[];
            /** @default  */
            org: string;
        };
        /** Change */
        rosters_plan_Change: {
            class_id?: string | null;
            /** @default  */
            class_name: string;
            code: components["schemas"]["Code"];
            /** @default  */
            email: string;
            group?: number | null;
            /** @default  */
            kind: string;
            /** @default  */
            name: string;
            person?: number | null;
            person_id?: string | null;
            posts?: components["schemas"]["StaffRole"][];
            /** @default  */
            school_year: string;
            /** @default  */
            was: string;
        };
        /** RosterStudent */
        RosterStudent: {
            alias: string;
            avatar: string;
            given_name: string;
            has_pictures: boolean;
            /** Format: uuid */
            id: string;
        };
        /** RowProblem */
        RowProblem: {
            code: string;
            detail: string;
            name: string;
            row: number;
        };
        /** Rule */
        Rule: {
            code: string;
            detail: string;
            /** @default coordinator */
            mend: string;
            met: boolean;
            params?: {
                [key: string]: unknown;
            };
        };
        /** RulesToTry */
        RulesToTry: {
            rules: components["schemas"]["ProgrammeRules"];
        };
        /** Said */
        Said: {
            /** Format: uuid */
            author_id: string;
            /** Format: uuid */
            id: string;
            /** @default false */
            is_deleted: boolean;
            /** @default false */
            is_reported: boolean;
            name: string;
            school: string;
            /** Format: date-time */
            sent_at: string;
            text: string;
        };
        /** SchoolBalance */
        SchoolBalance: {
            colour: number;
            hosted: components["schemas"]["Share"];
            marks: components["schemas"]["Share"];
            messages: components["schemas"]["Share"];
            name: string;
            /** Format: uuid */
            school_id: string;
            short_name: string;
            talk: components["schemas"]["Share"];
        };
        /** SchoolCount */
        SchoolCount: {
            /** Format: date-time */
            came_at: string;
            colour: number;
            left_at: string | null;
            name: string;
            /** Format: uuid */
            school_id: string;
            short_name: string;
            staff: number;
            students: number;
            timezone: string;
        };
        /** SchoolDetail */
        SchoolDetail: {
            can_edit: boolean;
            can_verify: boolean;
            country: string;
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            profile: components["schemas"]["Profile"];
            staffing: components["schemas"]["Staffing"];
            verified_at: string | null;
        };
        /** SchoolItem */
        SchoolItem: {
            country: string;
            /** Format: uuid */
            id: string;
            is_verified: boolean;
            name: string;
            phase: components["schemas"]["Phase"];
            short_name: string;
            town: string;
        };
        /** SchoolPage */
        SchoolPage: {
            items: components["schemas"]["SchoolItem"][];
            next: string;
        };
        /** SchoolView */
        SchoolView: {
            colour: number;
            country: string;
            /** Format: uuid */
            id: string;
            name: string;
            short_name: string;
            timezone: string;
        };
        /** SealedBody */
        SealedBody: {
            reason: components["schemas"]["SealedReason"];
        };
        /** SealedList */
        SealedList: {
            items: components["schemas"]["SealedView"][];
            next: string;
        };
        /** SealedMessage */
        SealedMessage: {
            /** Format: uuid */
            author_id: string;
            deleted_at: string | null;
            deleted_by_id: string | null;
            /** Format: date-time */
            last_at: string;
            /** Format: uuid */
            message_id: string;
            /** Format: date-time */
            sent_at: string;
            seq: number;
            texts: number;
        };
        /**
         * SealedReason
         * @description Why somebody opens a sealed message. The log keeps this, and no words.
         * @enum {string}
         */
        SealedReason: "report" | "concern" | "family" | "authority";
        /** SealedView */
        SealedView: {
            author: components["schemas"]["chat_api_Speaker"];
            deleted_by: components["schemas"]["chat_api_Speaker"] | null;
            message: components["schemas"]["SealedMessage"];
        };
        /** SectionChanges */
        SectionChanges: {
            changes: components["schemas"]["agreements_difference_Change"][];
            section: string;
        };
        /** SessionView */
        SessionView: {
            companions?: components["schemas"]["ClassStudent"][];
            /** @default  */
            device: string;
            /** @default 0 */
            idle_s: number;
            person: components["schemas"]["Me"] | null;
        };
        /** Share */
        Share: {
            percent: number;
            value: number;
        };
        /** ShownFile */
        ShownFile: {
            /** Format: date-time */
            created_at: string;
            media_type: string;
            name: string;
            size_bytes: number;
        };
        /** ShownObject */
        ShownObject: {
            /** @default false */
            is_as_stored: boolean;
            /** @default false */
            is_deleted: boolean;
            log_position: number;
            made_by?: components["schemas"]["Whom"] | null;
            page_title: string;
            shown?: {
                [key: string]: unknown;
            };
        };
        /** Signing */
        Signing: {
            digest: string;
            password: string;
        };
        /** SignInView */
        SignInView: {
            current: boolean;
            device: string;
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            last_seen_at: string;
            /** Format: date-time */
            signed_in_at: string;
        };
        /** Slot */
        Slot: {
            clocks: components["schemas"]["SlotClock"][];
            /** Format: date-time */
            ends_at: string;
            occurrences?: components["schemas"]["Occurrence"][];
            reasons: components["schemas"]["SlotReason"][];
            score: number;
            /** Format: date-time */
            starts_at: string;
            stretches?: components["schemas"]["slots_Stretch"][];
        };
        /** SlotClock */
        SlotClock: {
            /** Format: date-time */
            ends: string;
            /** Format: uuid */
            school_id: string;
            /** Format: date-time */
            starts: string;
        };
        /** SlotNote */
        SlotNote: {
            code: string;
            day?: string | null;
            school_id?: string | null;
        };
        /** SlotReason */
        SlotReason: {
            code: string;
            school_ids?: string[];
        };
        /** Stretch */
        slots_Stretch: {
            after_min: number;
            before_min: number;
            /** Format: uuid */
            school_id: string;
        };
        /** SlotsView */
        SlotsView: {
            found: components["schemas"]["lessons_slots_Found"];
            /** Format: uuid */
            host_school_id: string;
            schools: components["schemas"]["SchoolView"][];
        };
        /** Snapshot */
        Snapshot: {
            file?: components["schemas"]["ShownFile"] | null;
            messages?: components["schemas"]["Said"][];
            object?: components["schemas"]["ShownObject"] | null;
            person?: components["schemas"]["Whom"] | null;
            reporter: components["schemas"]["Whom"];
        };
        /** SpaceBalance */
        SpaceBalance: {
            hosted_in_partnership: {
                [key: string]: components["schemas"]["Share"];
            };
            lessons: number;
            schools: components["schemas"]["SchoolBalance"][];
            /** Format: uuid */
            space_id: string;
        };
        /** SpaceCard */
        SpaceCard: {
            closed_reason: string;
            grants: string[];
            here: components["schemas"]["PersonHere"][];
            /** Format: uuid */
            id: string;
            kind: string;
            link_teachers: components["schemas"]["LinkTeacherView"][];
            name: string;
            open: boolean;
            opens_at: string | null;
            /** Format: uuid */
            partnership_id: string;
            partnership_name: string;
            schools: components["schemas"]["SchoolView"][];
            visiting: components["schemas"]["SchoolView"][];
        };
        /** SpaceClasses */
        SpaceClasses: {
            class_ids: string[];
        };
        /** SpaceItem */
        SpaceItem: {
            archived_at: string | null;
            /** Format: uuid */
            id: string;
            kind: string;
            mine: boolean;
            name: string;
        };
        /**
         * SpaceKind
         * @enum {string}
         */
        SpaceKind: "project" | "cluster_wide" | "staff_room";
        /** SpaceName */
        SpaceName: {
            name: string;
        };
        /** SpaceRecord */
        SpaceRecord: {
            archived_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            kind: string;
            may: string[];
            mine: boolean;
            my_classes: components["schemas"]["MyClass"][];
            name: string;
            next: components["schemas"]["OtherTerm"] | null;
            /** Format: uuid */
            partnership_id: string;
            partnership_name: string;
            partnership_status: string;
            previous: components["schemas"]["OtherTerm"] | null;
            schools: components["schemas"]["SpaceSchool"][];
            works_alone: boolean;
        };
        /** SpaceSchool */
        SpaceSchool: {
            classes: string[];
            link_teacher: components["schemas"]["LinkTeacherName"] | null;
            named_by: string[];
            school: components["schemas"]["SchoolView"];
        };
        /** StaffEdit */
        StaffEdit: {
            name: string;
            posts: components["schemas"]["StaffRole"][];
        };
        /** Staffing */
        Staffing: {
            has_headteacher: boolean;
            has_safeguarding_lead: boolean;
            staff: number;
        };
        /** StaffPage */
        StaffPage: {
            items: components["schemas"]["StaffView"][];
            may_manage: boolean;
            next: string;
        };
        /**
         * StaffRole
         * @enum {string}
         */
        StaffRole: "teacher" | "headteacher" | "administrator" | "safeguarding_lead" | "programme_officer" | "adviser";
        /** StaffSignIn */
        StaffSignIn: {
            email: string;
            password: string;
        };
        /** StaffView */
        StaffView: {
            disabled_at: string | null;
            email: string;
            has_password: boolean;
            /** Format: uuid */
            id: string;
            name: string;
            posts: string[];
            verified_at: string | null;
        };
        /** Step */
        Step: {
            /** Format: uuid */
            class_id: string;
            leavers: string[];
            name: string;
            new_name: string;
            spaces: string[];
            students: string[];
            teachers: string[];
        };
        /**
         * StepKind
         * @description What a class does in a step.
         * @enum {string}
         */
        StepKind: "talk" | "board" | "poll" | "groups" | "discussion";
        /** StepPoll */
        StepPoll: {
            /** @default  */
            high: string;
            kind: components["schemas"]["PollKind"];
            /** @default  */
            low: string;
            options?: string[];
            question: string;
            right?: number[] | null;
        };
        /** StepView */
        StepView: {
            group_count?: number | null;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["StepKind"];
            minutes: number;
            /** @default  */
            note: string;
            page_id?: string | null;
            poll?: components["schemas"]["StepPoll"] | null;
            title: string;
        };
        /** StoredMessage */
        StoredMessage: {
            author: components["schemas"]["chat_api_Speaker"];
            changed_seq: number;
            /** Format: uuid */
            client_id: string;
            /** @enum {null|string} */
            deleted: "author" | "moderator" | null;
            edited_at: string | null;
            /** Format: uuid */
            id: string;
            pinned: boolean;
            reactions: components["schemas"]["ReactionView"][];
            reply_to: string | null;
            /** Format: date-time */
            sent_at: string;
            seq: number;
            text: string;
        };
        /** StudentAnswer */
        StudentAnswer: {
            choice: components["schemas"]["Choice"];
            is_right: boolean | null;
            name: string;
            /** Format: uuid */
            user_id: string;
        };
        /** StudentAnswers */
        StudentAnswers: {
            items: components["schemas"]["StudentAnswer"][];
        };
        /** StudentConsent */
        StudentConsent: {
            alias: string;
            answers: components["schemas"]["ConsentAnswer"][];
            avatar: string;
            given_name: string;
            /** Format: uuid */
            id: string;
            rules_accepted_at: string | null;
        };
        /** StudentEdit */
        StudentEdit: {
            alias: string;
            given_name: string;
        };
        /** StudentSignIn */
        StudentSignIn: {
            code: string;
            pictures: string[];
            /** Format: uuid */
            student_id: string;
        };
        /** Task */
        Task: {
            what: string;
            /** Format: uuid */
            who: string;
        };
        /** TeacherName */
        TeacherName: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** Teachers */
        Teachers: {
            user_ids: string[];
        };
        /** TimelineEntry */
        TimelineEntry: {
            act: string;
            actor: components["schemas"]["Actor"] | null;
            after: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            at: string;
            before: {
                [key: string]: unknown;
            };
            school_id: string | null;
            school_name: string;
            seq: number;
        };
        /** TimelinePage */
        TimelinePage: {
            items: components["schemas"]["TimelineEntry"][];
            next: string;
        };
        /** Today */
        Today: {
            duties: components["schemas"]["Duties"];
            lessons: components["schemas"]["LessonCard"][];
            partners: components["schemas"]["SchoolView"][];
            school: components["schemas"]["SchoolView"];
            spaces: components["schemas"]["SpaceCard"][];
        };
        /** Transcript */
        Transcript: {
            messages: components["schemas"]["StoredMessage"][];
            more: boolean;
        };
        /** TranslateDraft */
        TranslateDraft: {
            text: string;
            to: string;
        };
        /** TranslateMessage */
        TranslateMessage: {
            to: string;
        };
        /** Translation */
        Translation: {
            by: string;
            source: string;
            text: string;
            to: string;
        };
        /** TranslatorView */
        TranslatorView: {
            by: string;
            targets: string[];
        };
        /** Uploader */
        Uploader: {
            avatar: string;
            kind: string;
            name: string;
            /** Format: uuid */
            school_id: string;
            /** Format: uuid */
            user_id: string;
        };
        /** VerdictView */
        VerdictView: {
            broken: components["schemas"]["Broken"] | null;
            entries: number;
            head: string;
        };
        /** VersionItem */
        VersionItem: {
            assents: components["schemas"]["AssentView"][];
            digest: string;
            ended_at: string | null;
            /** Format: date */
            expires_on: string;
            in_force_at: string | null;
            number: number;
            /** Format: date-time */
            proposed_at: string;
            proposed_by: string;
            /** Format: date */
            review_on: string;
            status: string;
        };
        /**
         * VersionReason
         * @enum {string}
         */
        VersionReason: "changed" | "cleared" | "lesson" | "restore";
        /** VisitList */
        VisitList: {
            items: components["schemas"]["VisitView"][];
        };
        /** VisitMade */
        VisitMade: {
            /** Format: uuid */
            id: string;
            welcome_path: string;
        };
        /**
         * VisitRole
         * @enum {string}
         */
        VisitRole: "adviser" | "guest";
        /** VisitView */
        VisitView: {
            /** Format: date-time */
            ends_at: string;
            /** Format: uuid */
            id: string;
            name: string;
            role: string;
            school_name: string;
            space_id: string | null;
            /** Format: date-time */
            starts_at: string;
            /** Format: uuid */
            user_id: string;
        };
        /** Vocabulary */
        Vocabulary: {
            countries: string[];
            interests: string[];
            languages: string[];
            priorities: string[];
        };
        /** Waiting */
        Waiting: {
            code: string;
            count: number;
            things: components["schemas"]["WaitingThing"][];
        };
        /** WaitingThing */
        WaitingThing: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** Week */
        Week: {
            /** Format: date-time */
            begins_at: string;
            name: string;
        };
        /** WelcomePath */
        WelcomePath: {
            welcome_path: string;
        };
        /** WelcomeToken */
        WelcomeToken: {
            token: string;
        };
        /** WelcomeView */
        WelcomeView: {
            name: string;
            school_name: string;
        };
        /** Whom */
        Whom: {
            /** @default  */
            class_name: string;
            kind: string;
            name: string;
            school: string;
            /** Format: uuid */
            user_id: string;
        };
        /** Withdrawing */
        Withdrawing: {
            password: string;
            reason: string;
        };
        /** Word */
        Word: {
            language: string;
            text: string;
        };
        /** WordBody */
        WordBody: {
            language: string;
            text: string;
        };
        /**
         * Wording
         * @enum {string}
         */
        Wording: "younger" | "older" | "staff";
        /** WorkingAlone */
        WorkingAlone: {
            on: boolean;
        };
    };
    responses: {
        /** @description Something in what was sent does not fit. */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Nobody is signed in, or what was shown to sign in did not match. */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The records, or a missing CSRF token, do not let this person do it. */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is nothing here, or nothing that this person may see. */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The record is in another state now, or a rule is not met. */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too large. */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many tries, or too much at once. */
        Problem429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The records cannot be reached now. */
        Problem503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    ApiAuditReadLog: {
        parameters: {
            query?: {
                /** @description How the act begins. */
                act?: string;
                /** @description Done by this person. */
                actor_id?: string | null;
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description From this moment on. */
                from?: string | null;
                /** @description How many at most. */
                limit?: number;
                /** @description Of this partnership. */
                partnership_id?: string | null;
                /** @description Before this moment. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiAuditVerdictCheckLog: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerdictView"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiBoardsBoardIdStatePageState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                board_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiCalendarFeedFeedOfMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedView"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiCalendarFeedMakeFeed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewFeed"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiCalendarFeedEndFeed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesListClasses: {
        parameters: {
            query?: {
                archived?: boolean;
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesCreateClass: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClassBody"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdGetClass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdEditClass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClassBody"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdCardsPrintCards: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CardsWanted"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdCodeMakeCode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdConsentClassConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassConsentView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdConsentRecordConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConsent"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassConsentView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdDevicesListDevices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceView"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdDevicesMakeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceName"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdDevicesDeviceIdRevokeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
                device_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdStudentsAddStudents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewStudents"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdStudentsUserIdEditStudent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StudentEdit"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdStudentsUserIdRemoveStudent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdStudentsUserIdAliasesOfferAliases: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AliasOffer"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdStudentsUserIdConsentConsentHistory: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                class_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClassesClassIdTeachersSetTeachers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                class_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Teachers"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiClustersListClusters: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description Part of a name. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClusterPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiConsentClassesConsentClasses: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentClasses"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiDirectoryGetDirectory: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
                partnership?: string | null;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectoryPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiFilesFileIdContent: {
        parameters: {
            query?: {
                as_id?: string | null;
            };
            header?: never;
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiFilesFileIdDeleteFile: {
        parameters: {
            query?: {
                as_id?: string | null;
            };
            header?: never;
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiFilesFileIdRefuseRefuseFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiFilesFileIdSealedSealedContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SealedBody"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiFilesFileIdShowShowFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiFilesFileIdThumbnailThumbnail: {
        parameters: {
            query?: {
                as_id?: string | null;
            };
            header?: never;
            path: {
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiFinderFindPartners: {
        parameters: {
            query: {
                countries?: string[] | null;
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                interests?: string[] | null;
                internet?: components["schemas"]["Internet"] | null;
                kind: components["schemas"]["PartnershipKind"];
                languages?: string[] | null;
                /** @description How many at most. */
                limit?: number;
                oldest?: number | null;
                phase?: components["schemas"]["Phase"] | null;
                priorities?: string[] | null;
                programme_id: string;
                search?: string;
                youngest?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FinderPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiFinderSchoolIdFinderProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                school_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FinderProfile"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiJoinRequestsListJoinRequests: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JoinRequestPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiJoinRequestsRequestIdWithdrawJoinRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiJoinRequestsRequestIdDecisionDecideJoinRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JoinDecision"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnershipDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonQuestionsAskIdWithdraw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ask_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonView"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonQuestionsAskIdAnswerAnswer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ask_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Answer"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonView"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsMyLessons: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CardPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdAttendanceOfLesson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonAttendance"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdAttendanceCsvAsCsv: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdAttendancePdfAttendancePdf: {
        parameters: {
            query?: {
                /** @description Of the printed words. */
                language?: string;
            };
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdBalanceBalanceOfLesson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonBalance"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdCalendarCalendarFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdCancellationCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Cancelling"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonView"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdMoveMove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTime"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonView"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdRecapRecap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recap"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdRecapPdfRecapPdf: {
        parameters: {
            query?: {
                /** @description Of the printed words. */
                language?: string;
            };
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdRecapFilesFiles: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecapFiles"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdRecapMessagesMessages: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description A group; else the space. */
                room_id?: string | null;
            };
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecapMessages"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdRecapMessagesCsvMessagesCsv: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdRecapPollsCsvPollsCsv: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdStepsLessonSteps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonSteps"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiLessonsLessonIdStepsPlanSteps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lesson_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSteps"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonSteps"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiMeAboutMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AboutMe"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiMeGroundRulesAcceptGroundRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptedRules"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AboutMe"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnerRequestsListRequests: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description My school asked, or it was asked. */
                mine?: boolean | null;
                status?: components["schemas"]["RequestStatus"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerRequestPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnerRequestsAskSchool: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPartnerRequest"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerRequestDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnerRequestsRequestIdGetRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerRequestDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnerRequestsRequestIdDecisionDecideRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequestDecision"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerRequestDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnerRequestsRequestIdMessagesWriteMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRequestMessage"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerRequestDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsListPartnerships: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnershipList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsCreatePartnership: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPartnership"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnershipDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdGetPartnership: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnershipDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdAgreementGetAgreement: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
            };
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgreementView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdAgreementDifferenceCompareVersions: {
        parameters: {
            query: {
                from: number;
                to: number;
            };
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Difference"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdAgreementVersionsProposeVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewVersion"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgreementView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdAgreementVersionsNumberAgreeWithVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Agreeing"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgreementView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdAgreementVersionsNumberPdfPrintVersion: {
        parameters: {
            query?: {
                /** @description Of the printed words. */
                language?: string;
            };
            header?: never;
            path: {
                number: number;
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdAgreementVersionsNumberSignSignVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Signing"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgreementView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdAgreementVersionsNumberWithdrawWithdrawSignature: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Withdrawing"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgreementView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdBansListBans: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BanPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdBansBan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBan"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BanView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdBansUserIdLiftBan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdCoordinatorsHandOver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Handover"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandedOver"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdDelegationsListDelegations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DelegationList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdDelegationsDelegate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDelegation"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DelegationView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdDelegationsDelegationIdRevokeDelegation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delegation_id: string;
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdGlossaryOfPartnership: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description Words, in any language; all must be there. Empty: all. */
                q?: string;
            };
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GlossaryPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdGlossaryAdd: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEntry"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdGlossaryEntryIdChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entry_id: string;
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangedEntry"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdGlossaryEntryIdRemove: {
        parameters: {
            query: {
                /** @description Of the entry that I saw. */
                version: number;
            };
            header?: never;
            path: {
                entry_id: string;
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdGlossaryExportCsvExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdGrantsListGrants: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdGrantsCodeEvidenceCsvEvidenceAsCsv: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdGrantsCodeEvidencePdfEvidenceAsPdf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdInvitationsInviteSchool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Invitation"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnershipDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdInvitationsSchoolIdWithdrawInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
                school_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnershipDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdJoinRequestsAskToJoin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JoinMessage"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JoinRequestView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdLeavingLookAtLeaving: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Leaving"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdMembersSchoolIdChangeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
                school_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberChange"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnershipDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdMovesMakeMove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Move"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnershipDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdStaffListStaff: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ColleaguePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdTimelineGetTimeline: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TimelinePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdVisitsListVisits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdVisitsInviteVisitor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewVisit"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitMade"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsPartnershipIdVisitsVisitIdRevokeVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                partnership_id: string;
                visit_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPartnershipsBoardGetBoard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardView"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPeopleUserIdErasureErasePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiPeopleUserIdExportExportPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stream Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": unknown;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiProgrammesListProgrammes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeList"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiProgrammesCreateProgramme: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProgramme"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiProgrammesProgrammeIdGetProgramme: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                programme_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiProgrammesProgrammeIdEditProgramme: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                programme_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgrammeEdit"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgrammeDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiProgrammesProgrammeIdPreviewPreviewProgramme: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                programme_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RulesToTry"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiRecapsLately: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lately"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiRemindersReminders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemindersView"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiRemindersChooseReminders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReminderWish"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemindersView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiRemindersBrowsersAddBrowser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Browser"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemindersView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiRemindersBrowsersEndRemoveBrowser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BrowserGone"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemindersView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiReportsListReports: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiReportsReportIdReadReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                report_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiReportsReportIdAcknowledgeAcknowledgeReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                report_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiReportsReportIdCloseCloseReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                report_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Closing"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiRostersImportImportRoster: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["RosterImport"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiRostersPlanPlanImport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["RosterFiles"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiRostersRolloverRollOver: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolloverBody"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RolloverView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsListSchools: {
        parameters: {
            query?: {
                /** @description ISO 3166-1 alpha-2. */
                country?: string;
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
                phase?: components["schemas"]["Phase"] | null;
                /** @description Part of name, town or country. */
                search?: string;
                verified?: boolean | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchoolPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsRegisterSchool: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSchool"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registered"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsSchoolIdGetSchool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                school_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchoolDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsSchoolIdChangeSchool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                school_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Profile"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchoolDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsSchoolIdBellTimesSetBellTimes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                school_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BellTimes"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsSchoolIdCalendarGetCalendar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                school_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsSchoolIdDatesSetDates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                school_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDates"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsSchoolIdDatesImportImportDates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                school_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CalendarFile"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsSchoolIdPublicHolidaysProposePublicHolidays: {
        parameters: {
            query: {
                year: number;
            };
            header?: never;
            path: {
                school_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HolidaysView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsSchoolIdVerificationVerifySchool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                school_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchoolDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSchoolsSchoolIdVerificationUnverifySchool: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                school_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchoolDetail"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSessionSessionNow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSessionClassmatesListClassmates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Classmate"][];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSessionCompanionsAddCompanion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Joining"];
            };
        };
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSessionCompanionsUserIdRemoveCompanion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSessionTouchTouch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSessionsListSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInView"][];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSessionsSessionIdEndSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSignInClassFindClass: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClassCode"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSignInDeviceClassOfDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassView"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSignInStaffSignInStaff: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StaffSignIn"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSignInStudentSignInStudent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StudentSignIn"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSignOutSignOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesOpenSpace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSpace"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpaceRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdSpace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpaceCard"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdRenameSpace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SpaceName"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpaceRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdArchiveArchiveSpace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpaceRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdAttendanceHeldLessons: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldLessons"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdBalanceBalanceOfSpace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpaceBalance"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdClassesSetClasses: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SpaceClasses"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpaceRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdCompanionsUserIdTakeOffDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdFilesFiles: {
        parameters: {
            query?: {
                as_id?: string | null;
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
                sealed?: boolean;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilePage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdFilesAddFile: {
        parameters: {
            query?: {
                as_id?: string | null;
            };
            header: {
                /** @description The name, percent-encoded UTF-8. */
                "x-file-name": string;
            };
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdGlossaryInSpace: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description Words, in any language; all must be there. Empty: all. */
                q?: string;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GlossaryPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdHoursSpaceHours: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HoursView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdLessonPlansPlannedLessons: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlannedLessons"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdLessonsLessonsIn: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description Those that are over. */
                past?: boolean;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdLessonsPropose: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLesson"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LessonView"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdLinkTeacherNameLinkTeacher: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLinkTeacher"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpaceRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdMessagesMessages: {
        parameters: {
            query?: {
                after?: number;
                /** @description Only older ones than this. */
                before?: number | null;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transcript"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdMessagesMessageIdReactionsReactions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: string;
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reactor"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdMessagesMessageIdThreadThread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: string;
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transcript"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdMessagesMessageIdTranslationTranslateMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: string;
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TranslateMessage"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Translation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdMessagesSearchSearch: {
        parameters: {
            query: {
                /** @description Only older ones than this. */
                before?: number | null;
                /** @description Words; all must be there. */
                q: string;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["chat_api_Found"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdNotesVersionsNotesVersions: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotesVersions"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdNotesVersionsSeqNotesVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                seq: number;
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdOpeningOpenSpace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOpening"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HoursView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdOpeningCloseSpace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HoursView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdPagesBoardPages: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdPagesAddPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPage"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdPagesPageIdRemovePage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                page_id: string;
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdPagesPageIdChangePage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                page_id: string;
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PageChange"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdPagesPageIdReturnBringPageBack: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                page_id: string;
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdPollsPolls: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description Only those of this lesson. */
                lesson_id?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PollPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdPollsPollIdAnswersAnswers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                poll_id: string;
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudentAnswers"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdPollsExportCsvExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdRecapsRecaps: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecapCards"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdRecordSpaceRecord: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpaceRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdRemovalsListRemovals: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemovalView"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdRemovalsRemove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRemoval"];
            };
        };
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdRemovalsUserIdLiftRemoval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdRenewalRenewSpace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpaceRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdReportsReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReport"];
            };
        };
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdSealedSealedList: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SealedList"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdSealedMessageIdOpenSealed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: string;
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenSealed"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormerWords"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdSlotsSlots: {
        parameters: {
            query?: {
                /** @description How many lessons. */
                count?: number;
                every_weeks?: number;
                minutes?: number;
                weeks?: number;
            };
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SlotsView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdTranslationTranslateDraft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TranslateDraft"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Translation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiSpacesSpaceIdWorkingAloneSetWorkingAlone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                space_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkingAlone"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpaceRecord"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiStaffListStaff: {
        parameters: {
            query?: {
                /** @description `next` of the page before; empty: the first page. */
                cursor?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiStaffCreateStaff: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewStaff"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiStaffUserIdEditStaff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StaffEdit"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiStaffUserIdDisabledDisableStaff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiStaffUserIdDisabledEnableStaff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiStaffUserIdVerificationVerifyStaff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiStaffUserIdWelcomeLinkMakeWelcomeLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WelcomePath"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiTodayToday: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Today"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiTranslationTranslator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TranslatorView"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiVocabularyGetVocabulary: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vocabulary"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiWelcomeUseWelcome: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPassword"];
            };
        };
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
    ApiWelcomeLookLookAtWelcome: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WelcomeToken"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WelcomeView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
        };
    };
}
