import ArgumentParser
import ReleaseModel
import StageControl
import StrictJSON

/// Everything that people do to a rollout. What opens is signed for; what closes happens at once.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", _superCommandName: "sluice",
        abstract: "Start, watch, hold and stop rollouts of stage plans.",
        discussion: "A plan becomes a rollout by 'sluice plan propose', and is signed by 'sluice plan approve'.",
        subcommands: [
            List.self, Status.self, Watch.self, Start.self, Advance.self, Resume.self, Override.self, Supersede.self,
            Withdraw.self, Hold.self, StepBack.self, RollBack.self, Abort.self, Dismiss.self, Remove.self, Restore.self,
            Report.self, Drill.self, Draw.self, HeartbeatReporting.self,
        ])

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
                    rollout["overrides"]?.arrayValue?.isEmpty ?? true ? "" : "opened against the rules",
                ]
            }
            session.terminal.table(
                Table(["ID", "MODEL", "CANDIDATE", "PHASE", "STAGE", "DRAFTED", "MARK"], rows),
                orSay: "There is no rollout to list.")
        }
    }

    struct Status: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Say where a rollout stands, why it does not advance, and what its evidence shows.")

        @OptionGroup var rollout: RolloutArgument
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            try await RolloutWatch(session: session, rollout: self.rollout.rollout).once()
        }
    }

    struct Watch: AskingVerb {
        static let configuration = CommandConfiguration(
            abstract: "Follow a rollout until it is over; on a terminal the view is drawn anew each second.",
            discussion: """
                Elsewhere a line is written whenever something changes, with --output json the whole rollout. \
                Control-C ends it, and stops nothing but the view.
                """)

        @OptionGroup var rollout: RolloutArgument
        @Option(help: "End after so many seconds.") var seconds: Int?
        @Flag(help: "Draw the view once and end, wherever it goes.") var once = false
        @OptionGroup var client: ClientOptions

        func ask(_ session: Session) async throws {
            let watch = RolloutWatch(session: session, rollout: self.rollout.rollout)
            if self.once { return try await watch.once() }
            try await watch.follow(seconds: self.seconds)
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
}

/// A verb that does something to a rollout.
protocol RolloutVerb: AsyncParsableCommand {
    var giving: GivingOptions { get }
    func give(_ session: Session) async throws
}

extension RolloutVerb {
    func run() async throws {
        try await self.give(try Session(self.giving.client))
    }
}

/// The rollout that a verb is about.
struct RolloutArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The rollout.", valueName: "rlt_…"), transform: OptionText.rollout)
    var rollout: RolloutID
}

/// Who is put out of a candidate's reach, or let in again.
struct UnitArguments: ParsableArguments {
    @Option(help: "The application, by name or identifier.") var application: String
    @Option(help: "One end user of it, as the application names them; all of it where none is given.")
    var account: String?

    func unit(_ session: Session) async throws -> AudienceUnit {
        let application = try await session.identifier(.applications, self.application, as: ApplicationID.self)
        guard let account else { return AudienceUnit(application) }
        guard let unit = AudienceUnit(application, account: account) else {
            throw CommandFault(
                .usage,
                "--account names nobody: 1 to \(AudienceUnit.longestAccount) bytes in Unicode's normalisation form C")
        }
        return unit
    }
}

/// The rollout that a verb is about, and why.
struct ReasonedRollout: ParsableArguments {
    @Argument(help: ArgumentHelp("The rollout.", valueName: "rlt_…"), transform: OptionText.rollout)
    var rollout: RolloutID
    @Option(help: "Why; it stands in the log.") var reason: String
}
