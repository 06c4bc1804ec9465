import ArgumentParser
import Ledger
import ReleaseModel
import StageControl
import StrictJSON
import Telemetry

/// Everything that people do to a rollout. What opens is signed for; what closes happens at once.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", _superCommandName: "sluice",
        abstract: "Propose, approve, start, watch and stop rollouts of stage plans.",
        subcommands: [
            Propose.self, List.self, Status.self, Watch.self, Approve.self, Start.self, Advance.self, Hold.self,
            Resume.self, Override.self, StepBack.self, RollBack.self, Abort.self, Report.self, Drill.self,
        ])

    struct Propose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a rollout of a plan and put it before those who approve.")

        @OptionGroup var plan: PlanArgument
        @Option(
            help: ArgumentHelp(
                "The file with the secret seed that the plan commits to: 32 bytes, or their hexadecimal digits.",
                valueName: "file"))
        var seedFile: String?
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let plan = try PlanDraft(reading: self.plan.file).plan
            let session = try Session(self.client)
            var body: [String: JSONValue] = ["plan": plan.document]
            if let seedFile { body["seed"] = .string(Self.seed(try LocalFile.bytes(seedFile))) }
            let answer = try await session.client.send(
                .post("/v1/plans", [], .object(body), idempotencyKey: session.freshKey()))
            try session.tell(answer)
        }

        /// 32 bytes as they were drawn, or their hexadecimal digits.
        private static func seed(_ bytes: [UInt8]) -> String {
            if bytes.count == 32 { return Hexadecimal.encode(bytes) }
            return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        }
    }

    struct List: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "List the rollouts, the newest first.")

        @Option(help: "Only rollouts of this model.", transform: OptionText.name) var model: Name?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let query = self.model.map { [(name: "model", value: $0.text)] } ?? []
            let answer = try await session.client.send(.get("/v1/rollouts", query))
            guard session.output == .table else { return session.terminal.line(answer.canonicalText) }
            let rows = (answer["data"]?.arrayValue ?? []).map { rollout in
                [
                    rollout.text("id"), rollout.text("model"), rollout.text("candidate"), rollout.text("phase"),
                    RolloutScreen.stage(of: rollout), rollout.moment("drafted"),
                ]
            }
            session.terminal.table(
                Table(["ID", "MODEL", "CANDIDATE", "PHASE", "STAGE", "DRAFTED"], rows),
                orSay: "There is no rollout to list.")
        }
    }

    struct Status: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Say where a rollout stands, why it does not go on, and what its evidence shows.")

        @OptionGroup var rollout: RolloutArgument
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let rollout = try await session.rollout(self.rollout.rollout)
            guard session.output == .table else { return session.terminal.line(rollout.canonicalText) }
            session.terminal.write(RolloutScreen(rollout, width: session.terminal.width).text)
        }
    }

    struct Watch: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Follow a rollout until it is over; on a terminal the view is drawn anew each second.",
            discussion: "Elsewhere a line is written whenever something changes. Control-C ends it.")

        @OptionGroup var rollout: RolloutArgument
        @Option(help: "End after so many seconds.") var seconds: Int?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            try await RolloutWatch(session: session, rollout: self.rollout.rollout).follow(seconds: self.seconds)
        }
    }

    struct Approve: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Sign for a rollout's plan, bound to its digest and to the evidence as it stands now.",
            discussion: "Whoever wrote the plan cannot sign. With --plan it is signed only if the digest is this one.")

        @OptionGroup var rollout: RolloutArgument
        @Option(
            help: ArgumentHelp("The digest of the plan that you read.", valueName: "sha256:…"),
            transform: OptionText.digest)
        var plan: ContentDigest?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            try await session.sign(.openPlan, of: self.rollout.rollout, plan: self.plan)
        }
    }

    struct Start: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Let the first stage open as soon as its gates allow it.")

        @OptionGroup var rollout: RolloutArgument
        @Option(help: "Not before this moment.", transform: Moment.option) var notBefore: Timestamp?
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let now = Timestamp(milliseconds: WallClock.milliseconds())
            try await session.perform(.start(notBefore: self.notBefore ?? now), on: self.rollout.rollout)
        }
    }

    struct Advance: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Sign for the next stage, where the plan or the rules ask people.")

        @OptionGroup var rollout: RolloutArgument
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let rollout = try await session.rollout(self.rollout.rollout)
            guard let stage = rollout["stage"]?.integerValue else {
                throw CommandFault(.conflict, "no stage is open, so there is no next one; start the rollout first")
            }
            try await session.sign(.openStage(Int(stage) + 1), of: self.rollout.rollout)
        }
    }

    struct Hold: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Keep everything as it is. One person can; it takes two to resume.")

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            try await session.perform(.hold(reason: self.reason.reason), on: self.reason.rollout)
        }
    }

    struct Resume: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Sign for going on after a hold or a rollback. It takes two people.")

        @OptionGroup var rollout: RolloutArgument
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            try await session.sign(.resume, of: self.rollout.rollout)
        }
    }

    struct Override: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Sign for opening the next stage although something is not shown. It stays visible for good.",
            discussion: """
                It takes people of the plan's roles, ends within a day, and is void when the evidence changes. What is \
                not known, and what a person stopped, it does not lift.
                """)

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            try await session.sign(.override, of: self.reason.rollout, reason: self.reason.reason)
        }
    }

    struct StepBack: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "Go back to the stage before, at once.")

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            try await session.perform(.stepBack(reason: self.reason.reason), on: self.reason.rollout)
        }
    }

    struct RollBack: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Go back to the plan's rollback target, at once.")

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            try await session.perform(.rollBack(reason: self.reason.reason), on: self.reason.rollout)
        }
    }

    struct Drill: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Rehearse a rollback for nobody, and say how long the real one would take.")

        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let answer = try await session.client.send(
                .post("/v1/drills", [], .object([:]), idempotencyKey: session.freshKey()))
            guard session.output == .table else { return session.terminal.line(answer.canonicalText) }
            session.terminal.line(
                "\(answer.text("p99")) ms at most in 99 of 100 of \(answer.text("rounds")) rounds: "
                    + "from the decision until no gateway serves by the rules before it")
        }
    }

    struct Abort: AskingVerb {
        static let configuration = CommandConfiguration(abstract: "End a rollout and close its candidate, at once.")

        @OptionGroup var reason: ReasonedRollout
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            try await session.perform(.abort(reason: self.reason.reason), on: self.reason.rollout)
        }
    }
}

/// The rollout that a verb is about.
struct RolloutArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The rollout.", valueName: "rlt_…"), transform: OptionText.rollout)
    var rollout: RolloutID
}

/// The rollout that a verb is about, and why.
struct ReasonedRollout: ParsableArguments {
    @Argument(help: ArgumentHelp("The rollout.", valueName: "rlt_…"), transform: OptionText.rollout)
    var rollout: RolloutID
    @Option(help: "Why; it stands in the log.") var reason: String
}
